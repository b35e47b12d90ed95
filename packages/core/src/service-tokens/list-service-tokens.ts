import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { previousValidUntil, serviceTokenColumns, type ServiceToken } from './service-token-columns.ts';

/** Oldest first. */
export async function listServiceTokens(
  ctx: Context,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<Page<ServiceToken>> {
  const rows = await db(ctx.em)
    .selectFrom('service_token')
    .select([...serviceTokenColumns, previousValidUntil])
    .where('workspaceId', '=', ctx.workspaceId)
    .$if(cursor !== null, (query) => query.where('id', '>', cursor))
    .orderBy('id')
    .limit(limit + 1)
    .execute();
  return toPage(rows, limit);
}
