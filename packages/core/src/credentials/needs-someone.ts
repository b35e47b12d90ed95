import { sql, type RawBuilder } from 'kysely';
import { failures, type FailureActor, type FailureCode } from '../errors.ts';

export const needs = ['someone', 'user', 'admin'] as const;
/** Who must act for a credential to work, or anybody at all. */
export type Needs = (typeof needs)[number];

function codesOf(actor: FailureActor) {
  const codes = (Object.keys(failures) as FailureCode[]).filter((code) => failures[code].actor === actor);
  return sql.join(codes.map((code) => sql.lit(code)));
}

/** Of a row of `credential`: who must act for it to work; null: nobody has to. */
export const actorNeeded: RawBuilder<'user' | 'admin' | null> = sql`case
  when credential.status = 'revoking' then null
  when credential.last_error_code in (${codesOf('admin')}) then 'admin'
  when credential.status in ('reauthorization_required', 'invalid')
    or credential.last_error_code in (${codesOf('user')}) then 'user'
end`;
