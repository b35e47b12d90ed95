import type { EntityManager } from '@mikro-orm/postgresql';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { db } from '../db/index.ts';
import { credentialAccess, type Asker, type Owned } from './credential-access.ts';

/** The owners to whom one of the ids is private, or the credential of an authorization among them. */
function privateOwners(ids: RawBuilder<unknown>) {
  return sql<{ owner: string }>`
    select p.owner from unnest(${ids}) as mentioned (id)
    left join "authorization" a on a.id = mentioned.id
    join private_subject p on p.subject in (mentioned.id, a.credential_id)`;
}

/**
 * `credentialAccess` as a condition of lists: leaves out rows that name what does not exist for the actor.
 * @param ids SQL of type `text[]`: the credentials and authorizations that a row is about; nulls are skipped
 */
export function visibleTo(actor: Asker, ids: RawBuilder<unknown>): RawBuilder<SqlBool> {
  const ofSomebodyElse: Owned = { owner: null, visibility: 'private' };
  if (credentialAccess(actor, ofSomebodyElse) !== 'none') return sql<SqlBool>`true`;
  return sql<SqlBool>`not exists (${privateOwners(ids)} where p.owner is distinct from ${actor.subject}::text)`;
}

/** Whether none of these credentials and authorizations is hidden from the actor. */
export async function seesAll(em: EntityManager, actor: Asker, ids: readonly string[]): Promise<boolean> {
  const condition = visibleTo(actor, sql`${ids}::text[]`);
  const { rows } = await sql<{ seen: boolean }>`select ${condition} as seen`.execute(db(em));
  return rows[0]?.seen === true;
}

/** Whose a credential or authorization is, of which the row may be gone. */
export async function ownedAs(em: EntityManager, id: string): Promise<Owned> {
  const { rows } = await privateOwners(sql`array[${id}]`).execute(db(em));
  const owner = rows[0]?.owner;
  return owner === undefined ? { owner: null, visibility: 'workspace' } : { owner, visibility: 'private' };
}
