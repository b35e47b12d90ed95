import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { appendRootKey } from './append-root-key.ts';
import { localKeyring } from './keyring.ts';

let folder: string;
let file: string;
const first = `main:${Buffer.from(Array.from({ length: 32 }, (_, n) => n)).toString('base64')}`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-root-keys-'));
  file = join(folder, 'root-keys');
  writeFileSync(file, first, { mode: 0o600 });
  return () => rmSync(folder, { recursive: true, force: true });
});

const read = () => readFileSync(file, 'utf8');
const linesOf = (work: () => void): readonly string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.lines;
    throw error;
  }
  return ['not refused'];
};

describe('adding a root key to a file', () => {
  it('puts a random one behind those that are there, which stay first and unchanged', () => {
    appendRootKey(file, 'next');
    appendRootKey(file, 'third');
    expect(read().startsWith(first)).toBe(true);
    const keys = localKeyring(read());
    expect(keys.ids()).toEqual(['main', 'next', 'third']);
    expect(keys.primaryId).toBe('main');
  });

  it('leaves the file to its owner alone, and nothing beside it', () => {
    chmodSync(file, 0o644);
    appendRootKey(file, 'next');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['root-keys']);
  });

  it('refuses an id that is there, or is none, and changes nothing', () => {
    expect(linesOf(() => appendRootKey(file, 'main'))).toEqual([`${file} has a key "main" already.`]);
    for (const id of ['', 'a:b', 'a b', 'a,b', 'x'.repeat(33)])
      expect(linesOf(() => appendRootKey(file, id))[0]).toContain('is not an id');
    expect(read()).toBe(first);
    expect(readdirSync(folder)).toEqual(['root-keys']);
  });

  it('refuses while another one is being added, and leaves that one its draft', () => {
    writeFileSync(`${file}.new`, 'of somebody else');
    expect(linesOf(() => appendRootKey(file, 'next'))[0]).toContain('another key is being added');
    expect(readFileSync(`${file}.new`, 'utf8')).toBe('of somebody else');
    expect(read()).toBe(first);
  });

  it('says so when there is no file, and makes none', () => {
    rmSync(file);
    expect(linesOf(() => appendRootKey(file, 'next'))).toEqual([
      `${file} cannot be read and replaced (ENOENT).`,
    ]);
    expect(existsSync(file)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});
