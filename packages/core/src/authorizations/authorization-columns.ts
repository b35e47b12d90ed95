import type { Selectable } from 'kysely';
import type { InferDBFromKysely } from '@mikro-orm/postgresql';
import type { Db } from '../db/index.ts';

/** What leaves the module: no hash, no ciphertext. */
export const authorizationColumns = [
  'id',
  'workspaceId',
  'kind',
  'status',
  'provider',
  'credentialId',
  'tokenVersion',
  'reason',
  'requestedBy',
  'attempts',
  'nextAttemptAt',
  'errorCode',
  'errorMessage',
  'errorRetryable',
  'errorActor',
  'createdAt',
  'startedAt',
  'finishedAt',
  'expiresAt',
] as const;

type Row = Selectable<InferDBFromKysely<Db>['authorization']>;

export type Authorization = Pick<Row, (typeof authorizationColumns)[number]>;
