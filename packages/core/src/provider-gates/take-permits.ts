import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import { db } from '../db/index.ts';
import { turnSeconds, type Decision } from './decide-gate.ts';
import type { GateKey } from './gate-key.ts';
import type { GateState } from './gate-state.ts';
import { capacityOf } from './token-bucket.ts';

/** `state` is what the gate was like before. */
export interface Taken extends Decision {
  readonly state: GateState;
  /** Permits left in the bucket, whole and broken ones. */
  readonly left: number;
}

/**
 * Takes up to `want` permits, or the turn to try, in one statement: `refill` and `decideGate` under the lock of the
 * row, which ends with the statement. Writes only what changes.
 */
export async function takePermits(
  em: EntityManager,
  key: GateKey,
  rate: number,
  want: number,
): Promise<Taken> {
  for (;;) {
    const taken = await take(em, key, rate, want);
    if (taken !== undefined) return taken;
    await createGate(em, key, rate);
  }
}

async function take(
  em: EntityManager,
  { provider, clientHash }: GateKey,
  rate: number,
  want: number,
): Promise<Taken | undefined> {
  const { rows } = await sql<GateState & Decision & { available: number }>`
    with gate as (
      select to_json(failing) as failing, openings, reason, message,
        extract(epoch from open_until - now())::float8 as open_for,
        extract(epoch from probe_until - now())::float8 as probe_for,
        least(${capacityOf(rate)}::float8,
          tokens + ${rate}::float8 * greatest(0, extract(epoch from now() - refilled_at))::float8) as available
      from provider_gate
      where provider = ${provider} and client_hash = ${clientHash}
      for update
    ), turn as (
      select *, coalesce(open_for <= 0, false) and coalesce(probe_for, 0) <= 0 and available >= 1 as probe
      from gate
    ), decided as (
      select *, case
        when open_for is null then least(${want}::float8, greatest(0, floor(available)))
        when probe then 1
        else 0 end as granted
      from turn
    ), written as (
      update provider_gate as target
      set tokens = decided.available - decided.granted,
        refilled_at = greatest(target.refilled_at, now()),
        probe_until = case when decided.probe
          then now() + make_interval(secs => case when decided.reason is null
            then ${turnSeconds.first}::float8 else ${turnSeconds.probe}::float8 end)
          else target.probe_until end
      from decided
      where target.provider = ${provider} and target.client_hash = ${clientHash} and decided.granted > 0
    )
    select failing, openings, reason, message, open_for as "openForSeconds", probe_for as "probeForSeconds",
      available, granted, probe
    from decided`.execute(db(em));
  const row = rows[0];
  if (row === undefined) return undefined;
  const { granted, probe, available, ...state } = row;
  return { granted, probe, state, left: available - granted };
}

/** With a full bucket, half-open: nothing is known about the client yet. */
async function createGate(em: EntityManager, { provider, clientHash }: GateKey, rate: number): Promise<void> {
  await sql`
    insert into provider_gate (provider, client_hash, tokens, open_until)
    values (${provider}, ${clientHash}, ${capacityOf(rate)}::float8, now() - interval '1 s')
    on conflict do nothing`.execute(db(em));
}
