import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { queueDue, type Due } from '../authorizations/queue-due.ts';
import { transact, type Context } from '../context.ts';
import { db } from '../db/index.ts';
import { ofInstance } from '../workspaces/of-instance.ts';
import { canRetry, jobStateIs } from './job-states.ts';
import { kindOf, requireQueue } from './require-queue.ts';

/** So many at a time, so that no transaction grows with an outage. */
const mostAtOnce = 1_000;

export interface Retried {
  readonly retried: number;
  /** That can be retried still: call again. */
  readonly left: number;
}

/**
 * Queues anew what failed lately and may succeed, for all workspaces. What is at work again is not failed any more, so that
 * doing it twice changes nothing. @throws Problem `queue_not_found`
 */
export async function retryFailed(ctx: Context, input: { name: string }): Promise<Retried> {
  const name = requireQueue(input.name);
  const kind = kindOf(name);
  if (kind !== 'validate_key' && kind !== 'refresh_token') return { retried: 0, left: 0 };
  return transact(await ofInstance(ctx), async (tx) => {
    const { rows } = await sql<Due & { found: number }>`
      select c.id, c.workspace_id as "workspaceId", c.provider, c.token_version as "tokenVersion",
        count(*) over ()::int as found
      from "authorization" a join credential c on c.id = a.credential_id
      where a.kind = ${kind} and ${jobStateIs.failed} and ${canRetry(tx.actor)}
      order by a.finished_at limit ${mostAtOnce}`.execute(db(tx.em));
    const retried = await queueDue(tx, kind, rows, 'user');
    if (retried > 0) await recordAudit(tx, { action: 'queue.retry', subject: name, data: { retried } });
    return { retried, left: Math.max(0, (rows[0]?.found ?? 0) - rows.length) };
  });
}
