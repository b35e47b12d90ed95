import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addKey } from '../support/flows.ts';
import { latchkeyHere } from '../support/latchkey-here.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let dataDir: string;
const rootKeys = ['old', 'new'].map((id) => `${id}:${randomBytes(32).toString('base64')}`);

beforeAll(async () => {
  stack = await startStack({ env: { LATCHKEY_ROOT_KEYS: rootKeys.join(',') } });
  dataDir = mkdtempSync(join(tmpdir(), 'latchkey-cli-'));
  writeFileSync(join(dataDir, 'root-keys'), rootKeys.join(','), { mode: 0o600 });
  await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_1' });
});

afterAll(async () => {
  await stack.close();
  rmSync(dataDir, { recursive: true });
});

/** Runs the command line in this process. */
const latchkey = (words: string, env: NodeJS.ProcessEnv = {}) =>
  latchkeyHere(stack, words.split(' '), { env: { DATA_DIR: dataDir, ...env } });

describe(`latchkey keys (${transport})`, () => {
  it('lists keys with what they wrap and who can use them', async () => {
    const { stdout } = await latchkey('keys list');
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^ID +KIND +STATE +DATA KEYS +KNOWN BY/);
    expect(stdout).toMatch(/old +local +primary +2 +2 of 2 processes/);
    expect(stdout).toMatch(/new +local +known +0 +2 of 2 processes/);
    expect(stdout).toContain('1 current, 0 retired; 0 rows are left');
    expect(JSON.parse((await latchkey('--json keys list')).stdout).items).toHaveLength(2);
  });

  it('adds a key to the file of the host and never prints it', async () => {
    const { stdout, stderr } = await latchkey('keys add third');
    const added = /third:(\S+)/.exec(readFileSync(join(dataDir, 'root-keys'), 'utf8'))?.[1] ?? '';
    expect(Buffer.from(added, 'base64')).toHaveLength(32);
    expect(stdout).toContain('latchkey keys promote third');
    expect(stdout + stderr).not.toContain(added);
    const again = await latchkey('keys add third');
    expect(again.stderr).toContain('has a key "third" already');
  });

  it('adds no key under an id that the instance knows: the next start would refuse it', async () => {
    writeFileSync(join(dataDir, 'root-keys'), 'elsewhere:xx', { mode: 0o600 });
    const { stderr } = await latchkey('keys add old');
    expect(stderr).toContain('belongs to a root key already');
    expect(readFileSync(join(dataDir, 'root-keys'), 'utf8')).toBe('elsewhere:xx');
  });

  it('says how to add one where keys come from the environment, and touches nothing', async () => {
    const before = readFileSync(join(dataDir, 'root-keys'), 'utf8');
    const { stdout } = await latchkey('keys add third', { LATCHKEY_ROOT_KEYS: rootKeys.join(',') });
    expect(stdout).toContain('echo "third:$(openssl rand -base64 32)"');
    for (const key of rootKeys) expect(stdout).not.toContain(key.split(':')[1]);
    expect(readFileSync(join(dataDir, 'root-keys'), 'utf8')).toBe(before);
  });

  it('promotes, rewraps, retires and rotates, and follows what takes a while', async () => {
    expect((await latchkey('keys promote new')).stdout).toMatch(/new +primary/);
    const early = await latchkey('keys retire old');
    expect(early.exitCode).toBe(1);
    expect(early.stderr).toContain('"old" wraps 2 data key(s)');
    const rewrapped = await latchkey('keys rewrap');
    expect(rewrapped.exitCode).toBe(0);
    expect(rewrapped.stdout).toMatch(/rewrap +succeeded +2/);
    expect((await latchkey('keys retire old')).stdout).toMatch(/old +retired/);
    const rotated = await latchkey('keys rotate-data');
    expect(rotated.stdout).toMatch(/rotate_data +succeeded +1/);
    expect(rotated.stderr).toContain('100 %');
    const one = await latchkey(`--workspace ${stack.api.defaultWorkspaceId} keys rotate-data`);
    const [id = ''] = /kj_\w+/.exec(one.stdout) ?? [];
    expect((await stack.admin.get(`/v1/key-jobs/${id}`)).body.workspaceId).toBe(stack.api.defaultWorkspaceId);
    expect((await latchkey(`keys watch ${id}`)).stdout).toContain('succeeded');
    expect((await latchkey(`keys cancel ${id}`)).stderr).toContain('key_job_not_cancellable');
  });

  it('ends only the watching with Ctrl-C', async () => {
    await stack.database.superuser.query(
      `insert into process_report (id, role, version, root_key_ids, generation) values ('slow/1/x', 'api', '1', '{old,new}', -1)`,
    );
    const watching = latchkey('keys rotate-data');
    await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBeGreaterThan(0), { timeout: 10_000 });
    process.emit('SIGINT');
    const { stdout, stderr } = await watching;
    expect(stdout).toMatch(/rotate_data +running/);
    const [id = ''] = /kj_\w+/.exec(stdout) ?? [];
    expect(stderr).toContain(`latchkey keys watch ${id}`);
    expect((await stack.admin.get(`/v1/key-jobs/${id}`)).body.status).toBe('running');
    await stack.database.superuser.query(`delete from process_report where id = 'slow/1/x'`);
    expect((await latchkey(`keys watch ${id}`)).stdout).toContain('succeeded');
  });
});
