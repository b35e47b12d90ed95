import {
  fingerprint,
  type EndpointKind,
  type FaultInput,
  type GrantView,
  type LogEntry,
  type ProviderId,
} from '@latchkey/sandbox';
import { expect } from 'vitest';
import type { Client } from './client.ts';
import { eventually } from './eventually.ts';
import { connect, finish, providerLog } from './flows.ts';
import type { Stack as WholeStack } from './stack.ts';

type Stack = Pick<WholeStack, 'admin' | 'sandbox' | 'database'>;

/** What tests of the refresh protocol look at: a connected account, its row, its attempts, and the provider's log. */
export interface Connection {
  readonly id: string;
  /** The provider's name for the grant that was connected. */
  readonly grantId: string;
  /** Queues a refresh. @returns the id of its authorization */
  refresh(): Promise<string>;
  /** Queues a refresh and waits for its end. */
  refreshed(): Promise<{ status: string; error: { code: string } | null; attempts: number }>;
  row(): Promise<CredentialRow>;
  /** States of the attempts in the order of their fences. */
  attempts(): Promise<string[]>;
  /** The attempts themselves, in that order. */
  attemptRows(): Promise<AttemptRow[]>;
  journal(): Promise<number>;
  /** Fingerprint, as the provider's log has it, of the access token that a lease gives now. */
  leased(): Promise<string>;
  /** A run leases the token and says that the provider refused it. @returns the id of the authorization at work */
  report(): Promise<string>;
  /** What the provider heard about the grant that was connected. */
  log(endpoint?: EndpointKind): Promise<LogEntry[]>;
  /** What the grant that was connected is at the provider. */
  grant(): Promise<GrantView | undefined>;
  /** Spoils the provider's answers about this grant only. */
  spoil(effect: Effect, endpoint?: EndpointKind): Promise<unknown>;
  /** The `refresh` facts of its events of a type, in their order. */
  facts(type: 'refreshed' | 'refresh_failed' | 'reauthorization_required'): Promise<object[]>;
  /** Changes its row as no API can: a holder that died, a clock that went on. */
  alter(assignments: string): Promise<unknown>;
}

export type Effect = FaultInput extends infer F
  ? F extends unknown
    ? Omit<F, 'provider' | 'endpoint' | 'grantId'>
    : never
  : never;

interface CredentialRow {
  readonly status: string;
  readonly health: string;
  readonly token_version: number;
  readonly fence: string;
  readonly sealed: Buffer;
  readonly last_error_code: string | null;
  readonly expires_at: Date | null;
  readonly next_refresh_at: Date | null;
  readonly refresh_not_before: Date | null;
  readonly refresh_failures: number;
  readonly last_error_at: Date | null;
}

interface AttemptRow {
  readonly authorization_id: string;
  readonly state: string;
  readonly reason: string;
  readonly takeover: boolean;
  readonly provider_status: number | null;
  readonly error_code: string | null;
  readonly token_version: number;
}

interface ConnectionOptions {
  /** Default: the sandbox's OAuth server, which rotates strictly. */
  readonly provider?: ProviderId;
  /** Whose workspace it is connected in. Default: the bootstrap administrator's. */
  readonly client?: Client;
}

/** One at a time on the connection that all tests of a file share, also those that run side by side. */
let lastQuery: Promise<unknown> = Promise.resolve();

/** Connects an account. */
export async function openConnection(
  stack: Stack,
  { provider = 'sandbox', client = stack.admin }: ConnectionOptions = {},
): Promise<Connection> {
  const { credential } = await connect({ ...stack, admin: client }, { provider });
  const { id } = credential;
  const { control } = stack.sandbox;
  const query = async (text: string) => {
    const answered = lastQuery.then(() => stack.database.superuser.query(text, [id]));
    lastQuery = answered.catch(() => undefined);
    return (await answered).rows;
  };
  const refresh = async () => {
    const answer = await client.post(`/v1/credentials/${id}/refresh`);
    expect(answer.status, answer.text).toBe(202);
    return answer.body.authorization.id;
  };
  const lease = async () => {
    const answer = await client.post('/v1/leases', { provider, credentialId: id, minTtlSeconds: 0 });
    expect(answer.status, answer.text).toBe(200);
    return answer.body;
  };
  const report = async () => {
    const { leaseId } = await lease();
    const answer = await client.post(`/v1/leases/${leaseId}/report`, { outcome: 'rejected', status: 401 });
    expect(answer.status, answer.text).toBe(202);
    return answer.body.authorization.id;
  };
  const leased = async () => fingerprint((await lease()).accessToken);
  const first = await leased();
  const exchanges = await providerLog(stack, provider, 'token.code');
  const grantId = exchanges.findLast(({ issued }) => issued?.accessToken === first)?.grantId ?? '';
  const attemptRows = () => query('select * from refresh_attempt where credential_id = $1 order by fence');
  return {
    id,
    grantId,
    refresh,
    refreshed: async () => finish(client, await refresh(), 40),
    row: async () => (await query('select * from credential where id = $1'))[0],
    attempts: async () => (await attemptRows()).map(({ state }) => state),
    attemptRows,
    journal: async () => (await query('select id from token_journal where credential_id = $1')).length,
    leased,
    report,
    log: (endpoint = 'token.refresh') => control.log({ provider, endpoint, grantId }),
    grant: async () => (await control.grants({ provider, grantId }))[0],
    spoil: (effect, endpoint = 'token.refresh') =>
      control.addFault({ provider, endpoint, grantId, ...effect }),
    facts: async (type) => {
      const rows = await query(
        `select data -> 'refresh' as refresh from event
         where subject = $1 and type = 'latchkey.credential.${type}' order by id`,
      );
      return rows.map(({ refresh: facts }) => facts);
    },
    alter: (assignments) => query(`update credential set ${assignments} where id = $1`),
  };
}

/** Waits until the provider has issued the tokens of a refresh that it has not answered yet. */
export async function issuedButUnanswered(
  stack: Pick<WholeStack, 'sandbox' | 'admin'>,
  of: { provider: ProviderId; grantId?: string } = { provider: 'sandbox' },
): Promise<LogEntry> {
  return eventually(
    async () =>
      (await stack.sandbox.control.log({ ...of, endpoint: 'token.refresh' })).find(
        (entry) => entry.committed && entry.endedAt === null,
      ),
    { describe: 'the provider issues tokens and holds its answer back', timeoutMs: 20_000 },
  );
}

/** The first call with a client goes alone, and others wait for its end: it is made before a test counts calls. */
export async function tryClients(stack: Stack, providers: readonly ProviderId[]): Promise<void> {
  for (const provider of providers) {
    const connection = await openConnection(stack, { provider });
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
  }
}
