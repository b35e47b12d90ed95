import { sql } from 'kysely';
import { visibleTo } from '../access/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';
import { credentialColumns, type Credential } from './credential-columns.ts';
import type { CredentialStatus } from './status.ts';

interface ListCredentialsInput {
  readonly provider?: string | undefined;
  readonly status?: CredentialStatus | undefined;
  readonly cursor: string | null;
  readonly limit: number;
}

/** Oldest first; what is private to somebody else is left out. */
export async function listCredentials(ctx: Context, input: ListCredentialsInput): Promise<Page<Credential>> {
  const { provider, status, cursor, limit } = input;
  let query = db(ctx.em)
    .selectFrom('credential')
    .select(credentialColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where(visibleTo(ctx.actor, sql`array[credential.id]`));
  if (provider !== undefined) query = query.where('provider', '=', provider);
  if (status !== undefined) query = query.where('status', '=', status);
  if (cursor !== null) query = query.where('id', '>', cursor);
  return toPage(
    await query
      .orderBy('id')
      .limit(limit + 1)
      .execute(),
    limit,
  );
}
