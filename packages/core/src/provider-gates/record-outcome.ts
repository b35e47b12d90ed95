import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { OAuthClient } from '../auth-methods/index.ts';
import { db } from '../db/index.ts';
import { afterOutcome } from './after-outcome.ts';
import { gateKey, type GateKey, type HashingVault } from './gate-key.ts';
import type { GateOutcome, GateState } from './gate-state.ts';
import type { Gates } from './open-gates.ts';

/** The context of a transaction has all of it. */
interface Recording {
  readonly em: EntityManager;
  readonly vault: HashingVault;
  readonly gates: Pick<Gates, 'forget'>;
}

interface Passed {
  /** Id of the provider. */
  readonly provider: string;
  readonly client: Pick<OAuthClient, 'clientId' | 'clientSecret'>;
  /** As `passGate` said. */
  readonly probe: boolean;
}

/**
 * Tells the gate how a call ended, in the caller's transaction; once per pass, also when nothing was sent. The row is
 * the one that every refresh of this client needs: call it last, so that its lock ends soon.
 */
export async function recordOutcome(
  tx: Recording,
  { provider, client, probe }: Passed,
  outcome: GateOutcome,
): Promise<void> {
  if (outcome.kind === 'unused' && !probe) return;
  const key = gateKey(tx.vault, provider, client);
  const before = await lockGate(tx.em, key, outcome);
  if (before === undefined) return;
  const after = afterOutcome(before, outcome, { probe, random: Math.random() });
  if (after === before) return;
  await writeGate(tx.em, key, before, after);
  tx.gates.forget(key);
}

async function lockGate(
  em: EntityManager,
  { provider, clientHash }: GateKey,
  { kind }: GateOutcome,
): Promise<GateState | undefined> {
  // Bad news needs a row to be remembered in; its empty bucket fills by itself.
  if (kind !== 'answered' && kind !== 'unused') {
    await sql`
      insert into provider_gate (provider, client_hash, tokens) values (${provider}, ${clientHash}, 0)
      on conflict do nothing`.execute(db(em));
  }
  const { rows } = await sql<GateState>`
    select to_json(failing) as failing, openings, reason, message,
      extract(epoch from open_until - clock_timestamp())::float8 as "openForSeconds",
      extract(epoch from probe_until - clock_timestamp())::float8 as "probeForSeconds"
    from provider_gate
    where provider = ${provider} and client_hash = ${clientHash}
      and (${kind !== 'answered'} or failing <> '{}' or open_until is not null)
    for update`.execute(db(em));
  return rows[0];
}

async function writeGate(
  em: EntityManager,
  { provider, clientHash }: GateKey,
  before: GateState,
  after: GateState,
): Promise<void> {
  await db(em)
    .updateTable('provider_gate')
    .set({
      failing: [...after.failing],
      openings: after.openings,
      reason: after.reason,
      message: after.message,
      ...(after.openForSeconds === before.openForSeconds
        ? {}
        : { openUntil: inSeconds(after.openForSeconds) }),
      ...(after.probeForSeconds === before.probeForSeconds
        ? {}
        : { probeUntil: inSeconds(after.probeForSeconds) }),
      updatedAt: sql<Date>`clock_timestamp()`,
    })
    .where('provider', '=', provider)
    .where('clientHash', '=', clientHash)
    .execute();
}

/** Counted from the moment of the statement: the transaction may have begun long before. */
function inSeconds(seconds: number | null) {
  return seconds === null ? null : sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;
}
