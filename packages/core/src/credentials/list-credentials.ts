import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import type { Page } from '../db/page.ts';
import { credentialColumns, type Credential } from './credential-columns.ts';
import { credentialOrder, type CredentialSort } from './credential-order.ts';
import { actorNeeded, type Needs } from './needs-someone.ts';
import type { CredentialHealth, CredentialStatus } from './status.ts';

interface ListCredentialsInput {
  readonly provider?: string | undefined;
  readonly status?: CredentialStatus | undefined;
  readonly health?: CredentialHealth | undefined;
  readonly needs?: Needs | undefined;
  /** Part of the name or the account's, or an id. */
  readonly search?: string | undefined;
  readonly sort: CredentialSort;
  readonly cursor: string | null;
  readonly limit: number;
}

/** What is private to somebody else is left out. @throws Problem `validation_failed` when the cursor is of another order */
export async function listCredentials(ctx: Context, input: ListCredentialsInput): Promise<Page<Credential>> {
  const { provider, status, health, needs, search = '', sort, cursor, limit } = input;
  const { orderBy, after, cursorOf } = credentialOrder(sort);
  let query = db(ctx.em)
    .selectFrom('credential')
    .select(credentialColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where(visibleTo(ctx.actor, sql`array[credential.id]`));
  if (provider !== undefined) query = query.where('provider', '=', provider);
  if (status !== undefined) query = query.where('status', '=', status);
  if (health !== undefined) query = query.where('health', '=', health);
  if (needs === 'someone') query = query.where(actorNeeded, 'is not', null);
  else if (needs !== undefined) query = query.where(actorNeeded, '=', needs);
  if (search.trim() !== '') query = query.where(matches(search.trim()));
  if (cursor !== null) query = query.where(after(cursor));
  const rows = await query
    .orderBy(orderBy)
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}

function matches(text: string) {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql<boolean>`(name ilike ${pattern} or account_name ilike ${pattern} or account_id ilike ${pattern} or id = ${text})`;
}
