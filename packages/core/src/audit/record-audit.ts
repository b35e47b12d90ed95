import type { EntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Actor, Context } from '../context.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import type { AuditAction } from './actions.ts';
import { AuditUnavailable } from './audit-unavailable.ts';
import { neutralise } from './neutralise.ts';

interface AuditFacts {
  readonly action: AuditAction;
  /** The id of what it was done to. */
  readonly subject: string;
  readonly outcome?: 'success' | 'refused';
  /** No secrets. Strings are neutralised and cut like all text of an entry. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Somebody who has not said, or not proven, who it is. */
export const nobody = { type: 'nobody', id: 'nobody', name: 'nobody' } as const;

/** One line of the audit, complete. */
export interface AuditRecord extends AuditFacts {
  readonly workspaceId: string;
  readonly actor: Pick<Actor, 'id' | 'name'> & { readonly type: Actor['type'] | 'nobody' };
  readonly requestId: string | null;
  readonly clientAddress: string | null;
}

type AuditContext = Pick<Context, 'em' | 'workspaceId' | 'actor' | 'requestId' | 'clientAddress'>;

/**
 * Writes one entry in the caller's transaction: what it tells of and the entry are there together or not at all.
 * @throws AuditUnavailable
 */
export async function recordAudit(ctx: AuditContext, facts: AuditFacts): Promise<void> {
  const { em, workspaceId, actor, requestId, clientAddress } = ctx;
  await recordAudits(em, [{ workspaceId, actor, requestId, clientAddress, ...facts }]);
}

/**
 * Writes many entries, of any workspaces, with one statement whose text is always the same. The transaction commits
 * durably whatever `synchronous_commit` says: a trigger sees to that.
 * @throws AuditUnavailable
 */
export async function recordAudits(em: EntityManager, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  const column = (read: (record: AuditRecord) => string | null) =>
    records.map((record) => {
      const text = read(record);
      return text === null ? null : neutralise(text);
    });
  const insert = sql`
    insert into audit_entry
      (id, workspace_id, actor_type, actor_id, actor_name, action, subject, outcome, request_id, client_address, data)
    select * from unnest(
      ${records.map(() => newId('audit'))}::text[],
      ${records.map((record) => record.workspaceId)}::text[],
      ${column(({ actor }) => actor.type)}::text[],
      ${column(({ actor }) => actor.id)}::text[],
      ${column(({ actor }) => actor.name)}::text[],
      ${column(({ action }) => action)}::text[],
      ${column(({ subject }) => subject)}::text[],
      ${column(({ outcome }) => outcome ?? 'success')}::text[],
      ${column(({ requestId }) => requestId)}::text[],
      ${column(({ clientAddress }) => clientAddress)}::text[],
      ${records.map(({ data }) => encodeData(data))}::jsonb[]
    )`;
  try {
    await insert.execute(db(em));
  } catch (cause) {
    throw new AuditUnavailable(cause);
  }
}

function encodeData(data: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'string' ? neutralise(value) : value,
  );
}
