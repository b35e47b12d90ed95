import { createHash, randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import type { Orm } from '../../db/index.ts';
import { defineProvider } from '../../providers/define-provider.ts';
import { Secret } from '../../secret.ts';
import { openScratchDatabase } from '../../testing/scratch-database.ts';
import { gateKey } from '../gate-key.ts';
import { openGates, passGate, recordOutcome, type GateOutcome } from '../index.ts';

const provider = defineProvider({
  id: 'acme',
  label: 'Acme',
  docsUrl: 'https://acme.test/docs',
  allowedHosts: ['acme.test'],
  authMethods: [
    {
      type: 'oauth2',
      authorizationEndpoint: 'https://acme.test/authorize',
      tokenEndpoint: 'https://acme.test/token',
      clientAuthentication: 'client_secret_post',
      pkce: 'S256',
      scopes: ['read'],
      refresh: { rotation: 'strict' },
    },
  ],
});

/** All that a gate needs of the vault: the same hash of the same value in every process. */
export const vault = {
  lookupHash: (purpose: string, value: string) =>
    createHash('sha256').update(`${purpose}\n${value}`).digest(),
};

/** A client that no gate knows. */
export const newClient = () => ({ clientId: 'id', clientSecret: new Secret(randomUUID()) });
export type TestClient = ReturnType<typeof newClient>;

export const failed = (credentialId: string): GateOutcome => ({ kind: 'failed', credentialId });
export const five = ['a', 'b', 'c', 'd', 'e'];

/** A worker that shares nothing with others but the database. Its callers hardly wait. */
export interface GateProcess {
  readonly orm: Orm;
  pass(): ReturnType<typeof passGate>;
  record(outcome: GateOutcome, probe?: boolean): Promise<void>;
}

function openProcess(orm: Orm, client: TestClient): GateProcess {
  const gates = openGates(orm, { patienceSeconds: 0.05 });
  return {
    orm,
    pass: () => passGate({ vault, gates }, provider, client),
    record: (outcome, probe = false) =>
      orm.em
        .fork()
        .transactional((em) =>
          recordOutcome({ em, vault, gates }, { provider: provider.id, client, probe }, outcome),
        ),
  };
}

/** Eight workers on a database of their own. */
export async function openGateProcesses() {
  const database = await openScratchDatabase('gates');
  const orms = await Promise.all(Array.from({ length: 8 }, () => database.openAnother()));

  /** A gate that nobody called through yet, and fresh processes at it. */
  function newGate(client: TestClient = newClient()) {
    const key = gateKey(vault, provider.id, client);
    const processes = orms.map((orm) => openProcess(orm, client));
    const [one, two] = processes as [GateProcess, GateProcess];
    const query = async (text: string, ...values: unknown[]) =>
      (await database.superuser.query(text, [key.clientHash, ...values])).rows[0];
    return {
      key,
      processes,
      one,
      two,
      row: () =>
        query(
          `select *, ctid::text as place, extract(epoch from open_until - now())::float8 as open_for,
            extract(epoch from probe_until - now())::float8 as probe_for
          from provider_gate where client_hash = $1`,
        ),
      set: (columns: string, ...values: unknown[]) =>
        query(`update provider_gate set ${columns} where client_hash = $1`, ...values),
      /** Keeps the row locked until `count` statements wait for it: then they come at it all at once. */
      atOnce: async <T>(count: number, start: () => Promise<T>): Promise<T> => {
        await database.superuser.query('begin');
        await query('select 1 from provider_gate where client_hash = $1 for update');
        const running = start();
        try {
          await vi.waitFor(async () => {
            // What a transaction has seen of the statistics stays so until then.
            await database.superuser.query('select pg_stat_clear_snapshot()');
            const { rows } = await database.superuser.query(
              `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            );
            expect(rows).toHaveLength(count);
          }, 10_000);
        } finally {
          await database.superuser.query('commit');
        }
        return running;
      },
      /** Lets the first call through and answers it. */
      prove: async () => {
        await one.pass();
        await one.record({ kind: 'answered' }, true);
      },
      /** Twenty callers at once, from all processes. */
      crowd: () =>
        Promise.all(Array.from({ length: 20 }, (_, index) => (processes[index % 8] as GateProcess).pass())),
    };
  }

  return { database, newGate };
}

export const over = (column: 'open_until' | 'probe_until') => `${column} = now() - interval '1 s'`;
