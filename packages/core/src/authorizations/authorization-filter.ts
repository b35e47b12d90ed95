import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { firstIdAt } from '../ids.ts';
import type { AuthorizationKind, AuthorizationStatus } from './status.ts';

/** Which authorizations are meant: every filter that is given has to match. */
export interface AuthorizationFilter {
  readonly status?: AuthorizationStatus | undefined;
  readonly kind?: AuthorizationKind | undefined;
  readonly credentialId?: string | undefined;
  readonly provider?: string | undefined;
  /** Made at or after this time. */
  readonly from?: Date | undefined;
  /** Made before this time. */
  readonly to?: Date | undefined;
}

/** Ids keep the time of the process that made them, which may differ from that of PostgreSQL. */
const skewMs = 3_600_000;

/** Of a row of `authorization`. Its id is compared as well as its time: there is an index of ids by workspace. */
export function matchesFilter({
  status,
  kind,
  credentialId,
  provider,
  from,
  to,
}: AuthorizationFilter): RawBuilder<SqlBool> {
  const idAt = (time: Date, shiftMs: number) =>
    firstIdAt('authorization', new Date(time.getTime() + shiftMs));
  const conditions = [
    sql`true`,
    ...(status === undefined ? [] : [sql`"authorization".status = ${status}`]),
    ...(kind === undefined ? [] : [sql`"authorization".kind = ${kind}`]),
    ...(credentialId === undefined ? [] : [sql`"authorization".credential_id = ${credentialId}`]),
    ...(provider === undefined ? [] : [sql`"authorization".provider = ${provider}`]),
    ...(from === undefined
      ? []
      : [sql`"authorization".created_at >= ${from} and "authorization".id >= ${idAt(from, -skewMs)}`]),
    ...(to === undefined
      ? []
      : [sql`"authorization".created_at < ${to} and "authorization".id < ${idAt(to, skewMs)}`]),
  ];
  return sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
}
