import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLatchkey } from '../../support/run-latchkey.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { sealed, tamper } from '../../support/tamper.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await startStack();
  folder = mkdtempSync(join(tmpdir(), 'latchkey-audit-'));
});

afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

async function withEntries() {
  const { workspaceId, token, client } = await inNewWorkspace(stack);
  for (let made = 0; made < 4; made += 1)
    await client.post('/v1/service-tokens', { name: `token ${made}`, role: 'viewer' });
  await sealed(stack);
  const latchkey = (args: string[], stdin?: string) =>
    runLatchkey(stack, args, { token, ...(stdin === undefined ? {} : { stdin }) });
  return { workspaceId, latchkey, client };
}

let files = 0;
const newFile = () => join(folder, `export-${(files += 1)}.jsonl`);

describe(`latchkey audit (${transport})`, () => {
  it('verify ends with 0 and says what it found when the audit is intact', async () => {
    const { latchkey } = await withEntries();
    const { exitCode, stdout, stderr } = await latchkey(['audit', 'verify']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^audit +intact$/m);
    expect(stdout).toMatch(/^sealed entries +5$/m);
    expect(stdout).toMatch(/^head +5:[0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^not sealed yet +0$/m);
    const asJson = await latchkey(['--json', 'audit', 'verify']);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ intact: true, entries: 5 });
  });

  it('verify ends with 1 and names the entry when the audit is not intact', async () => {
    const { latchkey, workspaceId } = await withEntries();
    await tamper(
      stack,
      `update audit_entry set outcome = 'refused' where workspace_id = $1 and sequence = 3`,
      [workspaceId],
    );
    const { exitCode, stdout, stderr } = await latchkey(['audit', 'verify']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^audit +NOT INTACT$/m);
    expect(stderr).toContain('The audit is not intact: changed at entry 3.');
    const asJson = await latchkey(['--json', 'audit', 'verify']);
    expect([asJson.exitCode, JSON.parse(asJson.stdout)]).toMatchObject([1, { problem: { kind: 'changed' } }]);
  });

  it('verify ends with 1 when entries have waited for their seal for over a minute', async () => {
    const { latchkey, client, workspaceId } = await withEntries();
    const { superuser } = stack.database;
    await superuser.query('select pg_advisory_lock($1)', [0x6175646974]);
    try {
      await client.post('/v1/service-tokens', { name: 'late', role: 'viewer' });
      await tamper(
        stack,
        `update audit_entry set at = at - interval '61 s' where workspace_id = $1 and sequence is null`,
        [workspaceId],
      );
      const { exitCode, stdout, stderr } = await latchkey(['audit', 'verify']);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^audit +intact$/m);
      expect(stderr).toMatch(/^The newest entries have not been sealed for [6-9]\d s \(1 of them\)/);
    } finally {
      await superuser.query('select pg_advisory_unlock($1)', [0x6175646974]);
    }
  });

  it('verify --head notices a chain that was rewritten as a whole', async () => {
    const { latchkey, workspaceId } = await withEntries();
    const noted = (await latchkey(['audit', 'head'])).stdout.trim();
    expect(noted).toMatch(/^5:[0-9a-f]{64}$/);
    expect((await latchkey(['audit', 'verify', '--head', noted])).exitCode).toBe(0);
    // Unsealed, changed, and sealed again: hashes and head are right, and others.
    await tamper(
      stack,
      `update audit_entry set sequence = null, previous_hash = null, hash = null,
         subject = case when sequence = 2 then 'x' else subject end where workspace_id = $1`,
      [workspaceId],
    );
    await tamper(stack, 'update workspace set audit_sequence = 0, audit_hash = null where id = $1', [
      workspaceId,
    ]);
    await sealed(stack);
    expect((await latchkey(['audit', 'verify'])).exitCode).toBe(0);
    const { exitCode, stderr } = await latchkey(['audit', 'verify', '--head', noted]);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('noted_head_mismatch at entry 5.')]);
  });

  it('export writes a file for its owner alone, which is verified without the instance', async () => {
    const { latchkey } = await withEntries();
    const file = newFile();
    expect(await latchkey(['audit', 'export', '--out', file])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const nowhere = { url: 'http://127.0.0.1:1' };
    const noted = (await latchkey(['audit', 'head'])).stdout.trim();
    const verified = await runLatchkey(nowhere, ['audit', 'verify', '--file', file, '--head', noted]);
    expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toMatch(/^export +intact$/m);
    expect(verified.stdout).toContain(noted);

    writeFileSync(
      file,
      `${lines.toSpliced(2, 1, lines[2]?.replace('token 1', 'token 9') ?? '').join('\n')}\n`,
    );
    const changed = await runLatchkey(nowhere, ['audit', 'verify', '--file', file]);
    expect([changed.exitCode, changed.stderr]).toEqual([1, expect.stringContaining('changed at entry 3.')]);
    writeFileSync(file, `${lines.slice(0, 4).join('\n')}\n`);
    const cut = await runLatchkey(nowhere, ['audit', 'verify', '--file', file]);
    expect([cut.exitCode, cut.stderr]).toEqual([1, expect.stringContaining('export_cut at entry 5.')]);
  });

  it('export goes to standard output, and verify reads it from standard input', async () => {
    const { latchkey } = await withEntries();
    const { exitCode, stdout } = await latchkey(['audit', 'export', '--after', '2']);
    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(4);
    const verified = await latchkey(['audit', 'verify', '--file', '-'], stdout);
    expect([verified.exitCode, verified.stderr]).toEqual([0, '']);
    expect(verified.stdout).toMatch(/^begins after +2:/m);
    const none = await latchkey(['audit', 'export', '--to', '2020-01-01']);
    expect(none).toMatchObject({ exitCode: 0, stdout: '{"head":null,"entries":0}\n' });
  });

  it('export leaves no file when it was refused, and overwrites none', async () => {
    const { latchkey } = await withEntries();
    const file = newFile();
    const refused = await runLatchkey(stack, ['audit', 'export', '--out', file], { token: 'lk_unknown' });
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('unauthenticated')]);
    expect([existsSync(file), existsSync(`${file}.partial`)]).toEqual([false, false]);
    writeFileSync(file, 'precious');
    expect((await latchkey(['audit', 'export', '--out', file])).exitCode).toBe(2);
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it.each([
    ['a head that is none', ['audit', 'verify', '--head', 'x']],
    ['a file that is not there', ['audit', 'verify', '--file', '/nowhere/export.jsonl']],
    ['a time that is none', ['audit', 'export', '--from', 'yesterday']],
    ['a command that is none', ['audit', 'erase']],
  ])('ends with 2 for %s', async (_name, args) => {
    const { exitCode, stderr } = await runLatchkey(stack, args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/\S/)]);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('needs the right to read the audit', async () => {
    const { body } = await stack.admin.post('/v1/service-tokens', { name: 'run', role: 'runner' });
    for (const args of [['verify'], ['head'], ['export']]) {
      const { exitCode, stderr } = await runLatchkey(stack, ['audit', ...args], { token: body.token });
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('forbidden')]);
    }
  });
});
