import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScratchDatabase, type ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';
import { eventually } from '../support/eventually.ts';
import { findProcesses } from '../support/find-processes.ts';
import { freePort } from '../../scripts/start/free-port.ts';
import { startProcess } from '../support/start-process.ts';

const supervisor = new URL('../../scripts/start.ts', import.meta.url);
const rootKey = (id: string, seed: string) => `${id}:${createHash('sha256').update(seed).digest('base64')}`;

describe('npm start with something that cannot work', { concurrent: true }, () => {
  let directory: string;
  let database: ScratchDatabase;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-refused-'));
    database = await openScratchDatabase('e2e');
    // Something is sealed with this key from now on.
    const port = String(await freePort());
    const first = startProcess('api', {
      DATABASE_URL: database.url,
      DATA_DIR: join(directory, 'first'),
      HOST: '127.0.0.1',
      PORT: port,
      LATCHKEY_ROOT_KEYS: rootKey('first', 'one'),
    });
    await first.waitReady();
    await first.stop();
  });

  afterAll(async () => {
    for (const { pid } of findProcesses(directory)) process.kill(pid, 'SIGKILL');
    await database.drop();
    rmSync(directory, { recursive: true, force: true });
  });

  const cases: readonly {
    what: string;
    env: () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;
    says: RegExp;
  }[] = [
    {
      what: 'a DATABASE_URL that is no URL',
      env: () => ({ DATABASE_URL: 'nonsense' }),
      says: /DATABASE_URL: must be a URL/,
    },
    {
      what: 'a database server that is not there',
      env: async () => ({ DATABASE_URL: `postgres://nobody@127.0.0.1:${await freePort()}/none` }),
      says: /DATABASE_URL.*(?:ECONNREFUSED|cannot be reached|refused)/i,
    },
    {
      what: 'a root key that is too short',
      env: () => ({
        DATABASE_URL: database.url,
        LATCHKEY_ROOT_KEYS: `short:${rootKey('', 'one').slice(1, 25)}`,
      }),
      says: /LATCHKEY_ROOT_KEYS.*instead of 32/,
    },
    {
      what: 'another key under the same id',
      env: () => ({ DATABASE_URL: database.url, LATCHKEY_ROOT_KEYS: rootKey('first', 'two') }),
      says: /LATCHKEY_ROOT_KEYS.*first/,
    },
    {
      what: 'a keyring without the key in use',
      env: () => ({ DATABASE_URL: database.url, LATCHKEY_ROOT_KEYS: rootKey('other', 'two') }),
      says: /LATCHKEY_ROOT_KEYS.*first/,
    },
    {
      what: 'a key service that is not there',
      env: async () => ({
        DATABASE_URL: database.url,
        LATCHKEY_ROOT_KEYS: `${rootKey('first', 'one')},next:aws-kms:alias/latchkey`,
        AWS_REGION: 'eu-central-1',
        AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
        AWS_SECRET_ACCESS_KEY: 'nothing',
        AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${await freePort()}`,
      }),
      says: /LATCHKEY_ROOT_KEYS: a root key cannot be used.*aws-kms, key "next": ECONNREFUSED/,
    },
    {
      what: 'a file of root keys that others can read',
      env: () => {
        const path = join(directory, 'open-keys');
        writeFileSync(path, rootKey('first', 'one'), { mode: 0o644 });
        return { DATABASE_URL: database.url, LATCHKEY_ROOT_KEYS_FILE: path };
      },
      says: /LATCHKEY_ROOT_KEYS_FILE:.*chmod 600/,
    },
  ];

  const expectRefusal = async ({ what, env, says }: (typeof cases)[number]) => {
    const dataDir = join(directory, what.replaceAll(/\W+/g, '-'));
    const started = startProcess(supervisor, {
      DATA_DIR: dataDir,
      HOST: '127.0.0.1',
      PORT: '0',
      ...(await env()),
    });
    // Whoever keeps running in spite of it fails the test, not the run.
    const ending = await Promise.race([
      started.ended,
      started.waitForLine(/Latchkey is ready/, 60_000).catch(() => started.ended),
    ]);
    expect(ending).toEqual({ success: false, how: 'exit code 1' });
    const log = started.lines.join('\n');
    expect(started.lines.filter((line) => says.test(line)).length, log).toBeGreaterThan(0);
    expect(log).not.toMatch(/^\s*(?:\w+ +\| )?\s+at /m);
    await eventually(() => findProcesses(dataDir).length === 0, {
      describe: 'no process of it is left',
      timeoutMs: 15_000,
    });
    expect(log).not.toMatch(/[A-Za-z0-9+/]{40,}=/);
  };

  const isAboutRootKeys = ({ says }: (typeof cases)[number]) => says.source.startsWith('LATCHKEY_ROOT_KEYS');

  it.each(cases.filter((each) => !isAboutRootKeys(each)))(
    '$what: it says so without a stack trace, fails, and leaves no process behind',
    (each) => expectRefusal(each),
  );

  it.each(cases.filter(isAboutRootKeys))(
    'C28: $what: it says so without a stack trace, fails, and leaves no process behind',
    (each) => expectRefusal(each),
  );
});
