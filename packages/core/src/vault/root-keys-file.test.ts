import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { openKeyring } from './keyring.ts';
import { readRootKeysFile } from './root-keys-file.ts';

const newKey = () => randomBytes(32).toString('base64');
const variable = 'LATCHKEY_ROOT_KEYS_FILE';
const place = Buffer.from('place');

let path: string;
const lines: string[] = [];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-keys-'));
  path = join(folder, 'root-keys');
  lines.length = 0;
  return () => rmSync(folder, { recursive: true });
});

const write = (text: string, mode = 0o600) => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

const open = () =>
  openKeyring({
    text: readRootKeysFile(path, variable),
    file: { path, variable },
    variable: () => null,
    allowInsecure: [],
    log: pino({ level: 'trace' }, { write: (line) => lines.push(line) }),
  });

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return 'not refused';
}

describe('a file with root keys', () => {
  it('has a key on a line or several, and comments', () => {
    const [a, b, c] = [newKey(), newKey(), newKey()];
    write(`# the primary one\r\na:${a} # since May\r\n\r\nb:${b}, c:${c},\n#d:${newKey()}\n`);
    expect(readRootKeysFile(path, variable)).toBe(`a:${a},b:${b},c:${c}`);
  });

  it.each([0o644, 0o640, 0o604, 0o620, 0o602])('is refused with a key in it and mode %o', (mode) => {
    const key = newKey();
    write(`main:${key}`, mode);
    const refusal = refusalOf(() => readRootKeysFile(path, variable));
    expect(refusal).toContain(`Run: chmod 600 ${path}`);
    expect(refusal).not.toContain(key);
  });

  it('may be read by others when all keys in it live in services', () => {
    write('main:vault-transit:latchkey\nold:aws-kms:alias/latchkey\n', 0o644);
    expect(readRootKeysFile(path, variable)).toBe('main:vault-transit:latchkey,old:aws-kms:alias/latchkey');
    write(`main:vault-transit:latchkey\nold:${newKey()}\n`, 0o644);
    expect(refusalOf(() => readRootKeysFile(path, variable))).toContain('chmod 600');
  });

  it('that is missing or has nothing but comments is refused by name', () => {
    expect(refusalOf(() => readRootKeysFile(path, variable))).toMatch(
      /^LATCHKEY_ROOT_KEYS_FILE: .* cannot be read \(ENOENT\)/,
    );
    write('# main:…\n');
    expect(refusalOf(() => readRootKeysFile(path, variable))).toMatch(/is empty/);
  });
});

describe('reading root keys again', () => {
  it('takes over what was added, removed and put in another order, and says whether anything did', async () => {
    const [a, b] = [newKey(), newKey()];
    write(`a:${a}`);
    const keys = await open();
    expect(await keys.reload()).toBe(false);
    write(`b:${b}\na:${a}`);
    expect(await keys.reload()).toBe(true);
    expect([keys.primaryId, keys.ids()]).toEqual(['b', ['b', 'a']]);
    expect(await keys.reload()).toBe(false);
    const wrapped = await keys.wrap('b', place, Buffer.from('key'));
    write(`a:${a}\nb:${b}`);
    expect(await keys.reload()).toBe(true);
    expect(keys.primaryId).toBe('a');
    expect(await keys.unwrap('b', place, wrapped)).toEqual(Buffer.from('key'));
    write(`# only one left\na:${a}`);
    expect(await keys.reload()).toBe(true);
    expect(keys.ids()).toEqual(['a']);
    write(`a:${a} # another comment`);
    expect(await keys.reload()).toBe(false);
    expect(lines).toEqual([]);
  });

  it('refuses what is broken, says so once, keeps the keys, and takes the mended text', async () => {
    const [a, b] = [newKey(), newKey()];
    write(`a:${a}`);
    const keys = await open();
    const wrapped = await keys.wrap('a', place, Buffer.from('key'));
    const broken = [
      `b:${b.slice(4)}\na:${a}`,
      '',
      `b:gcp-kms:x\na:${a}`,
      `a:${b}`,
      // Its service needs variables that are not there.
      `b:vault-transit:x\na:${a}`,
    ];
    for (const text of broken) {
      write(text);
      expect(await keys.reload()).toBe(false);
      expect(await keys.reload()).toBe(false);
      expect(keys.ids()).toEqual(['a']);
      expect(await keys.unwrap('a', place, wrapped)).toEqual(Buffer.from('key'));
    }
    write(`b:${b}\na:${a}`, 0o644);
    expect(await keys.reload()).toBe(false);
    rmSync(path);
    expect(await keys.reload()).toBe(false);
    expect(lines.map((line) => JSON.parse(line).problems.join())).toEqual([
      expect.stringContaining('bytes instead of 32'),
      expect.stringContaining('is empty'),
      expect.stringContaining('names no key service'),
      expect.stringContaining('"a" is another key than before'),
      expect.stringContaining('VAULT_ADDR: is required'),
      expect.stringContaining('chmod 600'),
      expect.stringContaining('ENOENT'),
    ]);
    for (const key of [a, b]) expect(lines.join()).not.toContain(key.slice(4, 20));
    write(`b:${b}\na:${a}`);
    expect(await keys.reload()).toBe(true);
    expect(keys.ids()).toEqual(['b', 'a']);
  });

  it('that are in the environment changes nothing', async () => {
    const keys = await openKeyring({
      text: `a:${newKey()}`,
      file: null,
      variable: () => null,
      allowInsecure: [],
      log: pino({ level: 'silent' }),
    });
    expect(await keys.reload()).toBe(false);
  });
});
