import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { CredentialRow } from '../credentials/index.ts';
import { db } from '../db/index.ts';

export interface LeaseQuestion {
  readonly workspaceId: string;
  readonly provider: string;
  /** Null: the default credential of the provider. */
  readonly credentialId: string | null;
}

export type LeaseRow = Pick<
  CredentialRow,
  | 'id'
  | 'workspaceId'
  | 'provider'
  | 'name'
  | 'authMethod'
  | 'status'
  | 'owner'
  | 'visibility'
  | 'scopes'
  | 'keySalt'
  | 'sealed'
  | 'tokenVersion'
  | 'expiresAt'
  | 'lastErrorCode'
  | 'lastErrorMessage'
> & {
  /** Until the token ends; null when the provider gave no expiry. */
  readonly secondsLeft: number | null;
  /** How long the token was good when it was issued; null when the provider does not say. */
  readonly lifetimeSeconds: number | null;
  /** Until the provider may be asked for a new token again; not above zero, or null: now. */
  readonly refreshNotBeforeSeconds: number | null;
};

/**
 * One read for many leases; the answer to each question at its place, null where there is no such credential. Who asks is
 * no part of a question: whether they may have the answer is decided afterwards.
 */
export async function readCredentials(
  em: EntityManager,
  questions: readonly LeaseQuestion[],
): Promise<(LeaseRow | null)[]> {
  // Under a policy a condition with a subquery keeps the index away, so the default is looked up beforehand.
  const { rows } = await sql<LeaseRow & { position: number }>`
    with asked as materialized (
      select q.workspace_id, q.position, coalesce(q.credential_id, (
        select d.id from credential d
        where d.workspace_id = q.workspace_id and d.provider = q.provider and d.is_default and d.visibility = 'workspace'
      )) as id
      from unnest(
        ${questions.map((question) => question.workspaceId)}::text[],
        ${questions.map((question) => question.provider)}::text[],
        ${questions.map((question) => question.credentialId)}::text[]
      ) with ordinality as q (workspace_id, provider, credential_id, position)
    )
    select asked.position::int as position, c.id, c.workspace_id as "workspaceId", c.provider, c.name,
      c.auth_method as "authMethod", c.status, c.owner, c.visibility, c.scopes, c.key_salt as "keySalt", c.sealed,
      c.token_version as "tokenVersion", c.expires_at as "expiresAt",
      c.last_error_code as "lastErrorCode", c.last_error_message as "lastErrorMessage",
      extract(epoch from c.expires_at - now())::float8 as "secondsLeft",
      c.token_lifetime_seconds as "lifetimeSeconds",
      extract(epoch from c.refresh_not_before - now())::float8 as "refreshNotBeforeSeconds"
    from asked join credential c on c.workspace_id = asked.workspace_id and c.id = asked.id`.execute(db(em));
  const answers: (LeaseRow | null)[] = questions.map(() => null);
  for (const { position, ...row } of rows) answers[position - 1] = row;
  return answers;
}
