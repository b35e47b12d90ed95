import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { db } from '../db/index.ts';
import { ConfigurationError } from '../errors.ts';
import type { KeyProvider } from './key-provider.ts';

/**
 * Refuses to start with a root key other than the one that was there under the same id, or without one that
 * still wraps a data key. A key seen for the first time is remembered, after everything else was found right.
 * @throws ConfigurationError
 */
export async function checkRootKeys(
  em: EntityManager,
  keys: KeyProvider,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const known = await readChecks(em);
  refuse([...(await mismatches(keys, known)), ...missing(keys, known)]);
  const unknown = keys.ids().filter((keyId) => !known.some((row) => row.keyId === keyId));
  if (unknown.length === 0) return;
  const added = await Promise.all(
    unknown.map(async (keyId) => ({ keyId, checkValue: await keys.prove(keyId) })),
  );
  await db(em)
    .insertInto('root_key_check')
    .values(added)
    .onConflict((conflict) => conflict.column('keyId').doNothing())
    .execute();
  // Another process may have been faster with another key under the same id.
  refuse(await mismatches(keys, await readChecks(em)));
  log.info({ rootKeyIds: added.map(({ keyId }) => keyId) }, 'remembered new root keys');
}

interface Check {
  readonly keyId: string;
  readonly checkValue: Uint8Array;
}

async function readChecks(em: EntityManager) {
  return db(em)
    .selectFrom('root_key_check')
    .select((query) => [
      'keyId',
      'checkValue',
      query
        .exists(
          query
            .selectFrom('data_key')
            .whereRef('data_key.rootKeyId', '=', 'root_key_check.keyId')
            .select('data_key.id'),
        )
        .as('wraps'),
    ])
    .execute();
}

async function mismatches(keys: KeyProvider, known: readonly Check[]): Promise<string[]> {
  const given = known.filter(({ keyId }) => keys.ids().includes(keyId));
  const right = await Promise.all(given.map(({ keyId, checkValue }) => keys.verify(keyId, checkValue)));
  return given
    .filter((_, index) => right[index] === false)
    .map(
      ({ keyId }) =>
        `LATCHKEY_ROOT_KEYS: the key "${keyId}" is not the one this database was used with. Restore it.`,
    );
}

function missing(keys: KeyProvider, known: readonly (Check & { wraps: unknown })[]): string[] {
  return known
    .filter(({ keyId, wraps }) => wraps === true && !keys.ids().includes(keyId))
    .map(
      ({ keyId }) =>
        `LATCHKEY_ROOT_KEYS: the key "${keyId}" is missing, but data keys are wrapped with it. Add it again.`,
    );
}

function refuse(lines: readonly string[]): void {
  if (lines.length > 0) throw new ConfigurationError(lines);
}
