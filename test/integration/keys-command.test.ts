import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '@latchkey/cli/program.ts';
import { CommandError } from '@latchkey/cli/command-error.ts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addKey } from '../support/flows.ts';
import { adminToken, startStack, transport, type Stack } from '../support/stack.ts';

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

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly refusal: CommandError | null;
}

/** Runs the command line in this process. */
async function latchkey(words: string, env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const written = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
  try {
    const program = createProgram({
      LATCHKEY_URL: stack.url,
      LATCHKEY_TOKEN: adminToken,
      DATA_DIR: dataDir,
      ...env,
    });
    await program.parseAsync(['node', 'latchkey', ...words.split(' ')]);
    return { ...written, refusal: null };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return { ...written, refusal: error };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe(`latchkey keys (${transport})`, () => {
  it('lists keys with what they wrap and who can use them', async () => {
    const { out } = await latchkey('keys list');
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/^ID +KIND +STATE +DATA KEYS +KNOWN BY/);
    expect(out).toMatch(/old +local +primary +2 +2 of 2 processes/);
    expect(out).toMatch(/new +local +known +0 +2 of 2 processes/);
    expect(out).toContain('1 current, 0 retired; 0 rows are left');
    expect(JSON.parse((await latchkey('--json keys list')).out).items).toHaveLength(2);
  });

  it('adds a key to the file of the host and never prints it', async () => {
    const { out, err } = await latchkey('keys add third');
    const added = /third:(\S+)/.exec(readFileSync(join(dataDir, 'root-keys'), 'utf8'))?.[1] ?? '';
    expect(Buffer.from(added, 'base64')).toHaveLength(32);
    expect(out).toContain('latchkey keys promote third');
    expect(out + err).not.toContain(added);
    const again = await latchkey('keys add third');
    expect(again.refusal?.message).toContain('has a key "third" already');
  });

  it('adds no key under an id that the instance knows: the next start would refuse it', async () => {
    writeFileSync(join(dataDir, 'root-keys'), 'elsewhere:xx', { mode: 0o600 });
    const { refusal } = await latchkey('keys add old');
    expect(refusal?.message).toContain('belongs to a root key already');
    expect(readFileSync(join(dataDir, 'root-keys'), 'utf8')).toBe('elsewhere:xx');
  });

  it('says how to add one where keys come from the environment, and touches nothing', async () => {
    const before = readFileSync(join(dataDir, 'root-keys'), 'utf8');
    const { out } = await latchkey('keys add third', { LATCHKEY_ROOT_KEYS: rootKeys.join(',') });
    expect(out).toContain('echo "third:$(openssl rand -base64 32)"');
    for (const key of rootKeys) expect(out).not.toContain(key.split(':')[1]);
    expect(readFileSync(join(dataDir, 'root-keys'), 'utf8')).toBe(before);
  });

  it('promotes, rewraps, retires and rotates, and follows what takes a while', async () => {
    expect((await latchkey('keys promote new')).out).toMatch(/new +primary/);
    const early = await latchkey('keys retire old');
    expect(early.refusal).toMatchObject({ exitCode: 1 });
    expect(early.refusal?.message).toContain('"old" wraps 2 data key(s)');
    const rewrapped = await latchkey('keys rewrap');
    expect(rewrapped.refusal).toBeNull();
    expect(rewrapped.out).toMatch(/rewrap +succeeded +2/);
    expect((await latchkey('keys retire old')).out).toMatch(/old +retired/);
    const rotated = await latchkey('keys rotate-data');
    expect(rotated.out).toMatch(/rotate_data +succeeded +1/);
    expect(rotated.err).toContain('100 %');
    const one = await latchkey(`--workspace ${stack.api.defaultWorkspaceId} keys rotate-data`);
    const [id = ''] = /kj_\w+/.exec(one.out) ?? [];
    expect((await stack.admin.get(`/v1/key-jobs/${id}`)).body.workspaceId).toBe(stack.api.defaultWorkspaceId);
    expect((await latchkey(`keys watch ${id}`)).out).toContain('succeeded');
    expect((await latchkey(`keys cancel ${id}`)).refusal?.message).toContain('key_job_not_cancellable');
  });

  it('ends only the watching with Ctrl-C', async () => {
    await stack.database.superuser.query(
      `insert into process_report (id, role, version, root_key_ids, generation) values ('slow/1/x', 'api', '1', '{old,new}', -1)`,
    );
    const watching = latchkey('keys rotate-data');
    await vi.waitFor(() => expect(process.listenerCount('SIGINT')).toBeGreaterThan(0), { timeout: 10_000 });
    process.emit('SIGINT');
    const { out, err } = await watching;
    expect(out).toMatch(/rotate_data +running/);
    const [id = ''] = /kj_\w+/.exec(out) ?? [];
    expect(err).toContain(`latchkey keys watch ${id}`);
    expect((await stack.admin.get(`/v1/key-jobs/${id}`)).body.status).toBe('running');
    await stack.database.superuser.query(`delete from process_report where id = 'slow/1/x'`);
    expect((await latchkey(`keys watch ${id}`)).out).toContain('succeeded');
  });
});
