import { setTimeout as wait } from 'node:timers/promises';
import type { Ending } from './history.ts';
import { accessTokenSeconds } from './lab.ts';
import type { World } from './world/world.ts';

/** Within this time after the last fault everything has come to rest. */
const restWithinSeconds = 120;

/** A schedule looks every 5 s; a little more on a machine that has other things to do. */
const overdueSeconds = 15;

/** Takes every fault back. What had its time is mended already. */
export async function heal({ sandbox, apis, workers, postgres }: World): Promise<void> {
  await sandbox.clearFaults();
  await postgres.start();
  await Promise.all(
    [...apis, ...workers].filter((slot) => slot.process === null).map((slot) => slot.start()),
  );
}

/**
 * Waits until every credential is refreshed or given up, nothing that was asked for before is at work, and every event
 * is published. Pipelines go on asking for tokens that have ended.
 * @returns seconds that it took, or null and what is left
 */
export async function comeToRest(world: World): Promise<{ seconds: number | null; unsettled: string[] }> {
  const started = performance.now();
  const [{ now }] = (await world.postgres.query<{ now: Date }>('select now()')) as [{ now: Date }];
  let unsettled: string[] = [];
  for (let round = 0; performance.now() - started < restWithinSeconds * 1000; round += 1) {
    unsettled = await whatIsLeft(world, now);
    if (unsettled.length === 0) return { seconds: (performance.now() - started) / 1000, unsettled };
    if (round % 10 === 0) await askForTokens(world);
    await wait(500);
  }
  return { seconds: null, unsettled };
}

async function whatIsLeft({ postgres }: World, since: Date): Promise<string[]> {
  const rows = await postgres.query<{ text: string }>(
    `select 'credential ' || id || ' at ' || provider || ' is ' || status || ', ' || health || ', ends ' ||
        coalesce(expires_at::text, 'never') || ', due ' || coalesce(next_refresh_at::text, 'never') || ', last error ' ||
        coalesce(last_error_code, 'none') as text
      from credential
      where status = 'revoking' or (status = 'active' and
        (health <> 'ok' or expires_at < now() or next_refresh_at < now() - make_interval(secs => $2)))
    union all
    select kind || ' ' || id || ' is ' || status || ' after ' || attempts || ' attempts, next ' ||
        coalesce(next_attempt_at::text, 'never')
      from "authorization" where status in ('queued', 'running') and created_at < $1
    union all
    select count(*) || ' events are not published' from event where published_at is null having count(*) > 0`,
    [since, overdueSeconds],
  );
  return rows.map(({ text }) => text);
}

async function askForTokens({ postgres, apis }: World): Promise<void> {
  const failing = await postgres.query<{ id: string; provider: string }>(
    `select id, provider from credential where status = 'active' and (health <> 'ok' or expires_at < now())`,
  );
  await Promise.all(
    failing.map(async ({ id, provider }) => {
      const input = { provider, credentialId: id, minTtlSeconds: accessTokenSeconds / 2, waitSeconds: 0 };
      await apis[0]?.client.post('/v1/leases', input).catch(() => null);
    }),
  );
}

/** In words, where the events of a workspace are not 1, 2, 3, …; the newest may not have their number yet. */
export async function findEventGaps({ postgres }: World): Promise<Ending['eventGaps']> {
  const rows = await postgres.query<{ workspace: string; events: number; first: number; last: number }>(
    `select workspace_id as workspace, count(sequence)::int as events, min(sequence)::int as first, max(sequence)::int as last
      from event group by workspace_id`,
  );
  return rows
    .filter(({ events, first, last }) => first !== 1 || last !== events)
    .map(
      ({ workspace, events, first, last }) =>
        `${workspace} has ${events} events, numbered from ${first} to ${last}`,
    );
}
