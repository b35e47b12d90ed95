import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { attemptsOf, type AttemptEvent, type Presentation, type TimelineAttempt } from './attempts-of.ts';

/** Of one authorization: enough for every kind, and a bound for those that wait for a key service for days. */
const mostAttempts = 20;
const mostEvents = mostAttempts * 3;

/** The last attempts of each of these authorizations, oldest first. Two reads, however many they are. */
export async function readAttempts(
  ctx: Context,
  ids: readonly string[],
): Promise<Map<string, TimelineAttempt[]>> {
  if (ids.length === 0) return new Map();
  const { rows: events } = await sql<AttemptEvent & { subject: string }>`
    select last.* from unnest(${ids}::text[]) as asked (id), lateral (
      select subject, type, time, data from event
      where workspace_id = ${ctx.workspaceId} and subject = asked.id
      order by sequence desc, position desc limit ${mostEvents}
    ) last`.execute(db(ctx.em));
  const { rows: presentations } = await sql<Presentation & { authorizationId: string }>`
    select last.* from unnest(${ids}::text[]) as asked (id), lateral (
      select authorization_id as "authorizationId", started_at as "startedAt", provider_status as "providerStatus"
      from refresh_attempt where workspace_id = ${ctx.workspaceId} and authorization_id = asked.id
      order by started_at desc limit ${mostAttempts}
    ) last`.execute(db(ctx.em));
  const eventsOf = Map.groupBy(events.toReversed(), ({ subject }) => subject);
  const presentationsOf = Map.groupBy(presentations.toReversed(), ({ authorizationId }) => authorizationId);
  return new Map(
    ids.map((id) => {
      const attempts = attemptsOf(eventsOf.get(id) ?? [], presentationsOf.get(id) ?? []);
      return [id, attempts.slice(-mostAttempts)];
    }),
  );
}
