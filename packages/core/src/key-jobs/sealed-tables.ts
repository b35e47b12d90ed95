import { sql, type RawBuilder } from 'kysely';
import { answerPlace } from '../db/answer-place.ts';

/** A row that a retired data key has sealed. */
export interface SealedRow {
  /** What its primary key is, as text. */
  readonly key: readonly string[];
  readonly workspaceId: string;
  readonly keySalt: Buffer;
  readonly sealed: Buffer;
  /** The columns of `SealedTable.owner`. */
  readonly owner: readonly string[];
  readonly version: number;
}

interface KeyColumn {
  readonly name: string;
  readonly type: 'text' | 'bytea';
}

/** A table with a column `sealed`, and where its ciphertexts belong. */
export interface SealedTable {
  readonly name: string;
  readonly primaryKey: readonly KeyColumn[];
  readonly owner: readonly string[];
  readonly field: string;
  /** The column with the token version; null where there is none. */
  readonly version: string | null;
  /** The `record` of the place. */
  record(owner: readonly string[]): string;
  /**
   * Where most rows are: gone through once in the order of the ids. The index by data key would be slower there with
   * every batch for as long as a backup or another long transaction keeps what is done visible. What is left, and the
   * other tables, are found by that index.
   */
  readonly walked: boolean;
}

const id: readonly KeyColumn[] = [{ name: 'id', type: 'text' }];
const only = ([record = '']: readonly string[]) => record;
const small = { owner: ['id'], version: null, record: only, walked: false };

/** Every table that holds ciphertexts of data keys; a new one is a line here. */
export const sealedTables: readonly SealedTable[] = [
  { ...small, name: 'credential', primaryKey: id, field: 'payload', version: 'token_version', walked: true },
  {
    ...small,
    name: 'token_journal',
    primaryKey: id,
    field: 'journal',
    version: 'token_version',
    walked: true,
  },
  { ...small, name: 'oauth_client', primaryKey: id, field: 'client_secret', version: 'version' },
  { ...small, name: 'authorization', primaryKey: id, field: 'code' },
  {
    ...small,
    name: 'authorization_state',
    primaryKey: [{ name: 'state_hash', type: 'bytea' }],
    owner: ['authorization_id'],
    field: 'verifier',
  },
  {
    ...small,
    name: 'idempotency_key',
    primaryKey: ['workspace_id', 'actor_id', 'key'].map((name) => ({ name, type: 'text' })),
    owner: ['workspace_id', 'actor_id', 'key'],
    field: 'answer',
    record: ([workspaceId = '', actorId = '', key = '']) => answerPlace({ workspaceId, actorId, key }).record,
  },
];

/** What `SealedRow` needs, of the table called `t`. */
export function rowColumns(table: SealedTable): RawBuilder<unknown> {
  const texts = (names: readonly string[]) =>
    sql`array[${sql.join(names.map((name) => sql`${sql.ref(`t.${name}`)}::text`))}]`;
  const version = table.version === null ? sql`0` : sql.ref(`t.${table.version}`);
  return sql`${texts(table.primaryKey.map(({ name }) => name))} as key, t.workspace_id as "workspaceId",
    t.key_salt as "keySalt", t.sealed, ${texts(table.owner)} as owner, ${version} as version`;
}
