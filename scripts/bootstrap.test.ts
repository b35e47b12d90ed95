import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bootstrap = fileURLToPath(new URL('bootstrap.mjs', import.meta.url));

/** Stands in for npm: notes each call and "installs" what the lockfile says, slowly enough to be met by another. */
const npm = `
const fs = require('node:fs');
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
if (process.env.NPM_FAILS) process.exit(1);
setTimeout(() => {
  fs.mkdirSync('node_modules', { recursive: true });
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
}, 300);
`;

describe('the bootstrap', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'latchkey-bootstrap-'));
    mkdirSync(join(root, 'scripts'));
    copyFileSync(bootstrap, join(root, 'scripts/bootstrap.mjs'));
    writeFileSync(join(root, 'npm.cjs'), npm);
    lock('1.0.0');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const lock = (version: string) =>
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }),
    );
  const env = (extra: NodeJS.ProcessEnv) => ({
    PATH: process.env['PATH'],
    npm_execpath: join(root, 'npm.cjs'),
    npm_node_execpath: process.execPath,
    ...extra,
  });
  const run = (extra: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [join(root, 'scripts/bootstrap.mjs')], { env: env(extra), encoding: 'utf8' });
  const calls = () =>
    existsSync(join(root, 'npm-calls'))
      ? readFileSync(join(root, 'npm-calls'), 'utf8').trim().split('\n')
      : [];

  it('installs what is locked, once', () => {
    expect(run().status).toBe(0);
    expect(run().stdout).toBe('');
    expect(calls()).toEqual([expect.stringMatching(/^ci --include=dev /)]);
  });

  it('installs again when the lockfile has changed', () => {
    run();
    lock('2.0.0');
    run();
    expect(calls()).toHaveLength(2);
  });

  it('takes what somebody has installed by hand', () => {
    mkdirSync(join(root, 'node_modules'));
    copyFileSync(join(root, 'package-lock.json'), join(root, 'node_modules/.package-lock.json'));
    expect(run().status).toBe(0);
    expect(calls()).toEqual([]);
  });

  it('leaves a production installation as it is', () => {
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":{}}');
    expect(run({ NODE_ENV: 'production' }).status).toBe(0);
    expect(calls()).toEqual([]);
  });

  it('fails with a sentence when npm fails, and tries again the next time', () => {
    const failed = run({ NPM_FAILS: 'yes' });
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain('could not be installed');
    expect(run().status).toBe(0);
    expect(calls()).toHaveLength(2);
  });

  it('installs once when two commands start at the same time', async () => {
    const start = () =>
      spawn(process.execPath, [join(root, 'scripts/bootstrap.mjs')], { env: env({}), stdio: 'ignore' });
    const codes = await Promise.all([start(), start()].map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0]);
    expect(calls()).toHaveLength(1);
  });
});
