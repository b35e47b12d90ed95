import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';
import { ConfigurationError } from '../errors.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import {
  localKeyring,
  openVault,
  VaultError,
  type KeyProvider,
  type Place,
  type Vault,
  type VaultErrorCode,
} from './index.ts';
import { makePrimary } from './root-key-register.ts';

const log = pino({ level: 'silent' });
const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const rootKey = newRootKey('main');

let database: ScratchDatabase;

beforeAll(async () => {
  database = await openScratchDatabase('vault');
});

afterAll(() => database.drop());

beforeEach(async () => {
  await database.superuser.query('delete from data_key; delete from root_key_check; delete from workspace');
});

const open = (spec = rootKey, orm: Orm = database.orm) => openVault({ orm, keys: localKeyring(spec), log });

async function createWorkspace(vault: Vault): Promise<string> {
  const id = newId('workspace');
  await acrossWorkspaces(database.orm.em).transactional(async (em) => {
    await db(em).insertInto('workspace').values({ id, name: id }).execute();
    await vault.createDataKey(em, id);
  });
  return id;
}

const refused = (code: VaultErrorCode) => expect.objectContaining({ name: 'VaultError', code });

async function linesOf(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ConfigurationError ? error.lines : [`not refused: ${inspect(error)}`];
}

async function sealed() {
  const vault = await open();
  const workspaceId = await createWorkspace(vault);
  const place: Place = { workspaceId, record: newId('credential'), field: 'payload', version: 3 };
  const keySalt = vault.newSalt();
  const bytes = await vault.seal(place, keySalt, 'canary-secret');
  return { vault, place, keySalt, bytes };
}

/** A keyring that counts how often it unwraps. */
function counting() {
  const keys = localKeyring(rootKey);
  const unwrap = vi.fn<KeyProvider['unwrap']>((...parameters) => keys.unwrap(...parameters));
  return { ...keys, unwrap };
}

describe('the vault', () => {
  it('opens what it sealed, in another process too', async () => {
    const { place, keySalt, bytes } = await sealed();
    const other = await open(rootKey, await database.openAnother());
    expect(await other.open(place, keySalt, bytes)).toBe('canary-secret');
    expect(await other.open(place, keySalt, await other.seal(place, keySalt, '👩 株式会社'))).toBe(
      '👩 株式会社',
    );
    expect(await other.open(place, keySalt, await other.seal(place, keySalt, ''))).toBe('');
  });

  it('refuses text that would not come back the same', async () => {
    const { vault, place, keySalt } = await sealed();
    await expect(vault.seal(place, keySalt, 'half \ud800 a character')).rejects.toThrow(RangeError);
  });

  it('refuses a ciphertext moved to another record, field or version', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    await expect(vault.open({ ...place, record: newId('credential') }, keySalt, bytes)).rejects.toEqual(
      refused('altered'),
    );
    await expect(vault.open({ ...place, field: 'journal' }, keySalt, bytes)).rejects.toEqual(
      refused('altered'),
    );
    await expect(vault.open({ ...place, version: 2 }, keySalt, bytes)).rejects.toEqual(refused('altered'));
    await expect(vault.open({ ...place, version: 4 }, keySalt, bytes)).rejects.toEqual(refused('altered'));
    await expect(vault.open(place, vault.newSalt(), bytes)).rejects.toEqual(refused('altered'));
    await expect(vault.open(place, keySalt.subarray(1), bytes)).rejects.toEqual(refused('altered'));
  });

  it('refuses a ciphertext moved to another workspace, whether or not keys are cached', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    const elsewhere = { ...place, workspaceId: await createWorkspace(vault) };
    await vault.open(place, keySalt, bytes);
    await expect(vault.open(elsewhere, keySalt, bytes)).rejects.toEqual(refused('unknown_key'));
    await expect((await open()).open(elsewhere, keySalt, bytes)).rejects.toEqual(refused('unknown_key'));
  });

  it('refuses a ciphertext moved to another workspace together with its data key', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    const workspaceId = await createWorkspace(vault);
    await database.superuser.query('delete from data_key where workspace_id = $1', [workspaceId]);
    await database.superuser.query('update data_key set workspace_id = $1 where workspace_id = $2', [
      workspaceId,
      place.workspaceId,
    ]);
    await expect((await open()).open({ ...place, workspaceId }, keySalt, bytes)).rejects.toEqual(
      refused('altered'),
    );
  });

  it('refuses a ciphertext with any bit flipped', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await expect(vault.open(place, keySalt, altered), `bit ${bit}`).rejects.toBeInstanceOf(VaultError);
    }
  });

  it('refuses a ciphertext that is cut or prolonged anywhere', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    for (let length = 0; length < bytes.length; length += 1) {
      const cut = vault.open(place, keySalt, bytes.subarray(0, length));
      await expect(cut, `${length} bytes`).rejects.toBeInstanceOf(VaultError);
    }
    await expect(vault.open(place, keySalt, Buffer.concat([bytes, Buffer.alloc(1)]))).rejects.toEqual(
      refused('altered'),
    );
  });

  it('refuses an unknown format and an unknown key by name', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    await expect(vault.open(place, keySalt, Buffer.from([9, ...bytes.subarray(1)]))).rejects.toEqual(
      refused('unknown_format'),
    );
    const elsewhere = Buffer.from(bytes);
    elsewhere.write(newId('dataKey'), 2, 'latin1');
    await expect(vault.open(place, keySalt, elsewhere)).rejects.toEqual(refused('unknown_key'));
  });

  it('opens with a retired key and seals with the current one', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    await database.superuser.query('update data_key set retired_at = now() where workspace_id = $1', [
      place.workspaceId,
    ]);
    await vault.createDataKey(acrossWorkspaces(database.orm.em), place.workspaceId);
    const later = await open();
    const renewed = await later.seal(place, keySalt, 'renewed');
    expect(renewed.subarray(2, 31)).not.toEqual(bytes.subarray(2, 31));
    expect(await later.open(place, keySalt, bytes)).toBe('canary-secret');
    expect(await vault.open(place, keySalt, renewed)).toBe('renewed');
  });

  it('has no key for a workspace that has none, and makes none by itself', async () => {
    const vault = await open();
    const id = newId('workspace');
    await expect(vault.warm(id)).rejects.toEqual(refused('unknown_key'));
    await expect(
      vault.seal({ workspaceId: id, record: 'r', field: 'f', version: 0 }, vault.newSalt(), 'x'),
    ).rejects.toEqual(refused('unknown_key'));
  });

  it('keeps one data key per workspace however often and by whom it is created', async () => {
    const { vault, place, keySalt, bytes } = await sealed();
    const others = await Promise.all(
      [database.openAnother(), database.openAnother()].map(async (orm) => open(rootKey, await orm)),
    );
    await Promise.all(
      [vault, ...others].map((each) =>
        each.createDataKey(acrossWorkspaces(database.orm.em), place.workspaceId),
      ),
    );
    const { rows } = await database.superuser.query('select id from data_key where workspace_id = $1', [
      place.workspaceId,
    ]);
    expect(rows).toHaveLength(1);
    expect(await (await open()).open(place, keySalt, bytes)).toBe('canary-secret');
  });

  it('prints neither keys nor secrets', async () => {
    const { vault } = await sealed();
    const text = inspect(vault, { depth: 9, showHidden: true });
    expect(text).not.toContain('canary-secret');
    expect(text).not.toContain(rootKey.slice(5, 20));
  });
});

describe('the cache of the vault', () => {
  it('loads the key of a workspace once for all who miss it at the same time', async () => {
    const maker = await open();
    const workspaceId = await createWorkspace(maker);
    const place = { workspaceId, record: 'r', field: 'payload', version: 1 };
    const salt = maker.newSalt();
    const bytes = await maker.seal(place, salt, 'secret');
    const keys = counting();
    const vault = await openVault({ orm: database.orm, keys, log });
    keys.unwrap.mockClear();
    await Promise.all([
      ...Array.from({ length: 50 }, () => vault.open(place, salt, bytes)),
      ...Array.from({ length: 50 }, () => vault.seal(place, salt, 'secret')),
      vault.warm(workspaceId),
    ]);
    expect(keys.unwrap).toHaveBeenCalledTimes(1);
  });

  it('works on without the database for its lifetime, then fails, then recovers without a restart', async () => {
    let milliseconds = 0;
    const cache = { maxEntries: 10, lifetimeSeconds: 300, monotonicMilliseconds: () => milliseconds };
    const vault = await openVault({ orm: database.orm, keys: localKeyring(rootKey), log, cache });
    const place = { workspaceId: await createWorkspace(vault), record: 'r', field: 'payload', version: 1 };
    const salt = vault.newSalt();
    const bytes = await vault.seal(place, salt, 'secret');
    await database.superuser.query('alter table data_key rename to data_key_away');
    try {
      milliseconds = 299_999;
      expect(await vault.open(place, salt, bytes)).toBe('secret');
      milliseconds = 300_000;
      await expect(vault.open(place, salt, bytes)).rejects.toThrow(/data_key/);
    } finally {
      await database.superuser.query('alter table data_key_away rename to data_key');
    }
    expect(await vault.open(place, salt, bytes)).toBe('secret');
  });

  it('survives that the server ends every connection', async () => {
    const vault = await open();
    const place = { workspaceId: await createWorkspace(vault), record: 'r', field: 'payload', version: 1 };
    const salt = vault.newSalt();
    const bytes = await vault.seal(place, salt, 'secret');
    await database.superuser.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    expect(await vault.open(place, salt, bytes)).toBe('secret');
    await vi.waitFor(async () => expect(await (await open()).open(place, salt, bytes)).toBe('secret'), {
      timeout: 10_000,
    });
  });
});

describe('C32: the lookup key', () => {
  it('is one for all processes that start at once on an empty database', async () => {
    const orms = await Promise.all(Array.from({ length: 6 }, () => database.openAnother()));
    const vaults = await Promise.all(orms.map((orm) => open(rootKey, orm)));
    const hashes = vaults.map((vault) => vault.lookupHash('service_token', 'lk_x').toString('hex'));
    expect(new Set(hashes).size).toBe(1);
    const { rows } = await database.superuser.query('select workspace_id, purpose from data_key');
    expect(rows).toEqual([{ workspace_id: null, purpose: 'lookup' }]);
  });

  it('hashes the same value differently for each purpose and each instance', async () => {
    const vault = await open();
    const hash = vault.lookupHash('state', 'value');
    expect(hash).toHaveLength(32);
    expect(vault.lookupHash('state', 'value')).toEqual(hash);
    expect(vault.lookupHash('session', 'value')).not.toEqual(hash);
    expect(vault.lookupHash('statev', 'alue')).not.toEqual(hash);
    await database.superuser.query('truncate data_key');
    expect((await open()).lookupHash('state', 'value')).not.toEqual(hash);
  });

  it('that was altered stops the boot', async () => {
    await open();
    await database.superuser.query(
      `update data_key set wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)`,
    );
    await expect(open()).rejects.toEqual(refused('altered'));
  });
});

describe('C28: root keys at boot', () => {
  it('stop it when the key is another one under the same id', async () => {
    await open();
    expect(await linesOf(open(newRootKey('main')))).toEqual([
      'LATCHKEY_ROOT_KEYS: the key "main" is not the one this database was used with. Restore it.',
    ]);
  });

  it('stop it when one is missing that wraps a data key, and leave no trace of the new one', async () => {
    await open();
    const other = newRootKey('other');
    expect(await linesOf(open(other))).toEqual([
      'LATCHKEY_ROOT_KEYS: the key "main" is missing, but data keys are wrapped with it. Add it again.',
    ]);
    const { rows } = await database.superuser.query('select key_id from root_key_check');
    expect(rows).toEqual([{ key_id: 'main' }]);
  });

  it('tell of everything that is wrong at once', async () => {
    await open(`${rootKey},${newRootKey('second')}`);
    expect(await linesOf(open(newRootKey('second')))).toHaveLength(2);
  });

  it('may be joined by a new one in front, which wraps what is made once it is the primary one', async () => {
    const vault = await open();
    const before = { workspaceId: await createWorkspace(vault), record: 'r', field: 'payload', version: 1 };
    const salt = vault.newSalt();
    const bytes = await vault.seal(before, salt, 'secret');
    const both = `${newRootKey('new')},${rootKey}`;
    const rotated = await open(both);
    const wrappedBy = async (workspaceId: string) =>
      (
        await database.superuser.query('select root_key_id from data_key where workspace_id = $1', [
          workspaceId,
        ])
      ).rows;
    expect(await wrappedBy(await createWorkspace(rotated))).toEqual([{ root_key_id: 'main' }]);
    await acrossWorkspaces(database.orm.em).transactional((em) => makePrimary(em, 'new'));
    expect(await wrappedBy(await createWorkspace(rotated))).toEqual([{ root_key_id: 'new' }]);
    expect(await rotated.open(before, salt, bytes)).toBe('secret');
    expect(rotated.lookupHash('state', 'x')).toEqual(vault.lookupHash('state', 'x'));
    expect(await (await open(both)).open(before, salt, bytes)).toBe('secret');
  });

  it('may lack one that wraps nothing any more', async () => {
    await open(`${rootKey},${newRootKey('spare')}`);
    await expect(open(rootKey)).resolves.toBeDefined();
  });

  it('of processes that start at once with different keys under one id, let only those with the same one start', async () => {
    const specs = [rootKey, newRootKey('main'), rootKey, newRootKey('main')];
    const results = await Promise.allSettled(
      specs.map(async (spec) => open(spec, await database.openAnother())),
    );
    const started = specs.filter((_, index) => results[index]?.status === 'fulfilled');
    const refusals = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(new Set(started).size).toBe(1);
    expect(refusals.length).toBe(specs.length - specs.filter((spec) => spec === started[0]).length);
    expect(refusals.every((reason) => reason instanceof ConfigurationError)).toBe(true);
  });
});
