import { sql, type Selectable } from 'kysely';
import type { InferDBFromKysely } from '@mikro-orm/postgresql';
import { authorizationColumns, type Authorization } from '../authorizations/authorization-columns.ts';
import type { Context } from '../context.ts';
import { db, type Db } from '../db/index.ts';
import { Problem } from '../errors.ts';

type Row = Selectable<InferDBFromKysely<Db>['connect_session']>;

export type ConnectSession = Omit<Row, 'tokenHash' | 'serviceTokenId'> & { readonly isExpired: boolean };

const columns = [
  'id',
  'workspaceId',
  'requestedBy',
  'owner',
  'providers',
  'credentialId',
  'mode',
  'returnUrl',
  'allowedOrigins',
  'state',
  'codeChallenge',
  'locale',
  'theme',
  'accent',
  'authorizationIds',
  'createdAt',
  'expiresAt',
  'closedAt',
] as const;

/** @param hold locks it until the end of the transaction @throws Problem `connect_session_not_found` */
export async function loadSession(
  ctx: Context,
  { id, hold = false }: { id: string; hold?: boolean },
): Promise<ConnectSession> {
  const row = await db(ctx.em)
    .selectFrom('connect_session')
    .select(columns)
    .select(sql<boolean>`expires_at <= now()`.as('isExpired'))
    .where('id', '=', id)
    .where('workspaceId', '=', ctx.workspaceId)
    .$if(hold, (query) => query.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new Problem('connect_session_not_found');
  return row;
}

/** The attempts of a session, newest first. */
export async function attemptsOf(
  ctx: Context,
  { authorizationIds }: Pick<ConnectSession, 'authorizationIds'>,
): Promise<Authorization[]> {
  if (authorizationIds.length === 0) return [];
  return db(ctx.em)
    .selectFrom('authorization')
    .select(authorizationColumns)
    .where('workspaceId', '=', ctx.workspaceId)
    .where('id', 'in', authorizationIds)
    .orderBy('id', 'desc')
    .execute();
}

/** @throws Problem `connect_session_over` */
export function requireOpen(
  { closedAt, isExpired }: ConnectSession,
  attempts: readonly Authorization[],
): void {
  const detail = closedAt !== null ? 'It was closed.' : isExpired ? 'It has expired.' : null;
  if (detail !== null) throw new Problem('connect_session_over', { detail });
  if (attempts.some(({ status }) => status === 'succeeded'))
    throw new Problem('connect_session_over', { detail: 'Its connection was made already.' });
}
