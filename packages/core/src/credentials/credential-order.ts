import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { z } from 'zod';
import { Problem } from '../errors.ts';
import type { Credential } from './credential-columns.ts';

export const credentialSorts = [
  'createdAt',
  '-createdAt',
  'name',
  '-name',
  'lastUsedAt',
  '-lastUsedAt',
  'expiresAt',
  '-expiresAt',
] as const;
/** What a list goes by; `-`: from the end. */
export type CredentialSort = (typeof credentialSorts)[number];

type Value = string | null;

/** What a list is sorted by, as SQL and as text in a cursor. Ids rise with the time at which rows were made. */
const keys = {
  createdAt: null,
  name: { column: sql`lower(name)`, read: ({ name }: Credential): Value => name },
  lastUsedAt: {
    column: sql`last_used_at`,
    read: ({ lastUsedAt }: Credential): Value => lastUsedAt?.toISOString() ?? null,
  },
  expiresAt: {
    column: sql`expires_at`,
    read: ({ expiresAt }: Credential): Value => expiresAt?.toISOString() ?? null,
  },
} as const;

interface CredentialOrder {
  readonly orderBy: RawBuilder<unknown>;
  /** Rows that come after the one of a cursor. @throws Problem `validation_failed` */
  readonly after: (cursor: string) => RawBuilder<SqlBool>;
  readonly cursorOf: (row: Credential) => string;
}

/**
 * Cursors hold the value that their row had, so that a page goes on from the same place when the row has changed or is gone.
 */
export function credentialOrder(sort: CredentialSort): CredentialOrder {
  const isDown = sort.startsWith('-');
  const [direction, beyond] = isDown ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`];
  const key = keys[sort.replace('-', '') as keyof typeof keys];
  if (key === null) {
    return {
      orderBy: sql`id ${direction}`,
      after: (cursor) => sql<SqlBool>`id ${beyond} ${cursor}`,
      cursorOf: ({ id }) => id,
    };
  }
  const { column, read } = key;
  return {
    orderBy: sql`${column} ${direction} nulls last, id ${direction}`,
    after(cursor) {
      const [value, id] = parseCursor(cursor, sort);
      if (value === null) return sql<SqlBool>`(${column} is null and id ${beyond} ${id})`;
      const last = sort.endsWith('name') ? sql`lower(${value}::text)` : sql`${new Date(value)}::timestamptz`;
      return sql<SqlBool>`(${column} is null or ${column} ${beyond} ${last} or (${column} = ${last} and id ${beyond} ${id}))`;
    },
    cursorOf: (row) => Buffer.from(JSON.stringify([read(row), row.id])).toString('base64url'),
  };
}

/** PostgreSQL refuses some control characters. */
const text = z.string().regex(/^[^\p{Cc}\p{Cs}]*$/u);
const cursors = {
  text: z.tuple([text.nullable(), text]),
  time: z.tuple([z.iso.datetime().nullable(), text]),
};

function parseCursor(cursor: string, sort: CredentialSort): [Value, string] {
  const parsed = cursors[sort.endsWith('name') ? 'text' : 'time'].safeParse(decode(cursor));
  if (parsed.success) return parsed.data;
  throw new Problem('validation_failed', {
    errors: [{ path: 'cursor', message: 'must be the `nextCursor` of a page in the same order' }],
  });
}

function decode(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
