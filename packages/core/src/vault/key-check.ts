import type { EntityManager } from '@mikro-orm/postgresql';
import type { Logger } from 'pino';
import { acrossWorkspaces, db } from '../db/index.ts';
import { ConfigurationError } from '../errors.ts';
import type { KeyProvider } from './key-provider.ts';
import { lockRootKeys, makePrimary } from './root-key-register.ts';

/**
 * Refuses to start with a root key other than the one that was there under the same id, or without one that
 * still wraps a data key or is the primary one. A key seen for the first time is remembered, after everything else was
 * found right; the very first of all becomes the primary one.
 * @throws ConfigurationError
 */
export async function checkRootKeys(
  em: EntityManager,
  keys: KeyProvider,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const known = await readChecks(em);
  refuse([...(await mismatches(keys, known)), ...missing(keys, known)]);
  await rememberRootKeys(em, keys, known, log);
  // Another process may have been faster with another key under the same id.
  refuse(await mismatches(keys, await readChecks(em)));
  if (!known.some(({ state }) => state === 'primary')) await choosePrimary(em, keys.primaryId);
}

/**
 * For keys that changed while the process runs: remembers new ones and says what is wrong with the others.
 * @returns the ids that are what the database knows, and a line for everything that is not as it should be
 */
export async function recheckRootKeys(
  em: EntityManager,
  keys: KeyProvider,
  log: Pick<Logger, 'info'>,
): Promise<{ usable: string[]; lines: string[] }> {
  await rememberRootKeys(em, keys, await readChecks(em), log);
  const known = await readChecks(em);
  const wrong = await mismatchedIds(keys, known);
  return {
    usable: keys.ids().filter((keyId) => !wrong.includes(keyId)),
    lines: [...wrong.map(mismatchLine), ...missing(keys, known)],
  };
}

interface Check {
  readonly keyId: string;
  readonly checkValue: Uint8Array;
}

async function readChecks(em: EntityManager) {
  return db(acrossWorkspaces(em))
    .selectFrom('root_key_check')
    .select((query) => [
      'keyId',
      'checkValue',
      'state',
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

type Known = Awaited<ReturnType<typeof readChecks>>;

async function rememberRootKeys(
  em: EntityManager,
  keys: KeyProvider,
  known: Known,
  log: Pick<Logger, 'info'>,
): Promise<void> {
  const unknown = keys.ids().filter((keyId) => !known.some((row) => row.keyId === keyId));
  if (unknown.length === 0) return;
  const added = await Promise.all(
    unknown.map(async (keyId) => ({
      keyId,
      checkValue: await keys.prove(keyId),
      kind: keys.kindOf(keyId),
    })),
  );
  await db(em)
    .insertInto('root_key_check')
    .values(added)
    .onConflict((conflict) => conflict.column('keyId').doNothing())
    .execute();
  log.info({ rootKeyIds: unknown }, 'remembered new root keys');
}

/** Of several processes that start at once on an empty database, the first one chooses for all. */
async function choosePrimary(em: EntityManager, keyId: string): Promise<void> {
  await em.transactional(async (tx) => {
    await lockRootKeys(tx, 'exclusive');
    if (!(await readChecks(tx)).some(({ state }) => state === 'primary')) await makePrimary(tx, keyId);
  });
}

async function mismatchedIds(keys: KeyProvider, known: readonly Check[]): Promise<string[]> {
  const given = known.filter(({ keyId }) => keys.ids().includes(keyId));
  const right = await Promise.all(given.map(({ keyId, checkValue }) => keys.verify(keyId, checkValue)));
  return given.filter((_, index) => right[index] === false).map(({ keyId }) => keyId);
}

function mismatchLine(keyId: string): string {
  return `LATCHKEY_ROOT_KEYS: the key "${keyId}" is not the one this database was used with. Restore it.`;
}

async function mismatches(keys: KeyProvider, known: readonly Check[]): Promise<string[]> {
  return (await mismatchedIds(keys, known)).map(mismatchLine);
}

function missing(keys: KeyProvider, known: Known): string[] {
  return known
    .filter(
      ({ keyId, wraps, state }) => (wraps === true || state === 'primary') && !keys.ids().includes(keyId),
    )
    .map(({ keyId, wraps }) => missingLine(keyId, wraps === true));
}

export function missingLine(keyId: string, wraps: boolean): string {
  const why = wraps ? 'but data keys are wrapped with it' : 'but it is the primary one';
  return `LATCHKEY_ROOT_KEYS: the key "${keyId}" is missing, ${why}. Add it again.`;
}

function refuse(lines: readonly string[]): void {
  if (lines.length > 0) throw new ConfigurationError(lines);
}
