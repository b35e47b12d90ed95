import type { Selectable } from 'kysely';
import type { InferDBFromKysely } from '@mikro-orm/postgresql';
import type { Db } from '../db/index.ts';

/** What leaves the module: neither ciphertext nor salt nor fingerprint. */
export const credentialColumns = [
  'id',
  'workspaceId',
  'provider',
  'name',
  'authMethod',
  'status',
  'health',
  'isDefault',
  'owner',
  'visibility',
  'accountId',
  'accountName',
  'accountAvatarUrl',
  'notice',
  'scopes',
  'expiresAt',
  'reconnectBy',
  'nextRefreshAt',
  'tokenVersion',
  'lastErrorCode',
  'lastErrorMessage',
  'lastErrorAt',
  'lastUsedAt',
  'lastRefreshedAt',
  'createdAt',
  'updatedAt',
] as const;

export type CredentialRow = Selectable<InferDBFromKysely<Db>['credential']>;

export type Credential = Pick<CredentialRow, (typeof credentialColumns)[number]>;
