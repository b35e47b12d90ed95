import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyAudit } from '@latchkey/core/audit';
import { acrossWorkspaces, openOrm } from '@latchkey/core/db';
import { Canaries } from '../support/canaries.ts';
import { allSequences, firstSequences } from '../support/converge.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, finish } from '../support/flows.ts';
import { openDeployment, type Deployment } from '../support/processes.ts';
import { startProcess } from '../support/start-process.ts';

const run = promisify(execFile);

/** pg_dump refuses servers that are newer than itself. */
function majorOf(text: string): number {
  return Number(/(\d+)/.exec(text)?.[1] ?? 0);
}

const dumps = spawnSync('pg_dump', ['--version'], { encoding: 'utf8' });
const dumpMajor = dumps.status === 0 ? majorOf(dumps.stdout) : 0;

describe.skipIf(dumpMajor === 0)('A backup is restored into an empty system (needs pg_dump)', () => {
  let source: Deployment;
  let folder: string;
  let file: string;
  let restoredUrl: string;
  const restoredName = `lk_restored_${randomBytes(6).toString('hex')}`;
  const canaries = new Canaries();
  const apiKey = canaries.make('API key', 'sbx_valid_');
  let ids: { key: string; account: string };
  let tooNew = false;

  beforeAll(async () => {
    source = await openDeployment('postgres');
    folder = mkdtempSync(join(tmpdir(), 'latchkey-restore-'));
    const { rows } = await source.database.superuser.query('show server_version');
    tooNew = majorOf(rows[0].server_version) > dumpMajor;
    if (tooNew) return;
    const [api, worker] = await Promise.all([source.startApi(), source.startWorker()]);
    const account = (await connect(source, { provider: 'sandbox' })).credential.id;
    const key = (await addKey(source, 'sandbox', { apiKey })).credential.id;
    ids = { key, account };
    const lease = await source.admin.post('/v1/leases', { provider: 'sandbox', credentialId: account });
    canaries.watch('access token', lease.body.accessToken);
    const settled = async () => {
      const { rows: open } = await source.database.superuser.query(
        `select from event where published_at is null union all select from audit_entry where sequence is null`,
      );
      return open.length === 0;
    };
    await eventually(settled, { describe: 'events are published and the audit is sealed' });

    // Everything goes on meanwhile: a dump is one snapshot.
    file = join(folder, 'latchkey.dump');
    await run('pg_dump', ['--format=custom', '--no-owner', `--file=${file}`, source.database.url]);
    await Promise.all([api.kill('SIGKILL'), worker.kill('SIGKILL')]);

    const address = new URL(source.database.url);
    address.pathname = `/${restoredName}`;
    restoredUrl = address.href;
    await source.database.superuser.query(`create database ${restoredName}`);
    await run('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${restoredUrl}`, file]);
    // Of the old system the root keys are left, which are kept apart from the backup.
    mkdirSync(join(folder, 'data'), { mode: 0o700 });
    copyFileSync(join(String(source.env['DATA_DIR']), 'root-keys'), join(folder, 'data', 'root-keys'));
  });

  afterAll(async () => {
    await source.database.superuser.query(`drop database if exists ${restoredName} with (force)`);
    await source.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(({ skip }) => {
    if (tooNew) skip('pg_dump is older than the server');
  });

  it('D33: the plain text of the backup holds no secret', async () => {
    const { stdout } = await run('pg_restore', ['--file=-', file], { maxBuffer: 256e6 });
    expect(stdout).toContain(ids.account);
    expect(canaries.find('backup', stdout)).toEqual([]);
    expect(canaries.find('planted', `${stdout}${apiKey}`)).not.toEqual([]);
  });

  it('is of no use without the root keys: the boot is refused', async () => {
    const other = `local:${randomBytes(32).toString('base64')}`;
    const env = { ...source.env, DATABASE_URL: restoredUrl, DATA_DIR: join(folder, 'thief') };
    const thief = startProcess('api', { ...env, PORT: '0', LATCHKEY_ROOT_KEYS: other });
    expect(await thief.ended).toMatchObject({ success: false });
    expect(thief.lines.join('\n')).toMatch(/the key "local" is not the one this database was used with/);
  });

  it('leases, refreshes, events and the audit go on where they were', async ({ annotate }) => {
    const env = { DATABASE_URL: restoredUrl, DATA_DIR: join(folder, 'data') };
    const begun = performance.now();
    await Promise.all([source.startApi(env), source.startWorker(env)]);
    const { admin } = source;
    const lease = (credentialId: string) => admin.post('/v1/leases', { provider: 'sandbox', credentialId });
    expect((await lease(ids.key)).body).toMatchObject({ type: 'api_key', fields: { apiKey } });
    const before = await lease(ids.account);
    expect(before).toMatchObject({ status: 200, body: { type: 'oauth2' } });
    await annotate(`leases work ${((performance.now() - begun) / 1000).toFixed(1)} s after the start`);

    const refresh = await admin.post(`/v1/credentials/${ids.account}/refresh`);
    expect(await finish(admin, refresh.body.authorization.id)).toMatchObject({ status: 'succeeded' });
    expect((await lease(ids.account)).body.accessToken).not.toBe(before.body.accessToken);
    expect((await addKey(source, 'sandbox', { apiKey: 'sbx_valid_after' })).credential.status).toBe('active');

    const sequences = await eventually(
      async () => {
        const all = await allSequences(admin, source);
        return all.length > 5 && all;
      },
      { describe: 'events are published' },
    );
    expect(sequences).toEqual(firstSequences(sequences.length));
    const orm = await openOrm({ databaseUrl: restoredUrl, poolSize: 1 });
    try {
      const { body } = await admin.get('/v1/workspaces');
      const restored = { em: acrossWorkspaces(orm.em), workspaceId: body.items[0].id };
      expect(await verifyAudit(restored, { noted: null })).toMatchObject({ intact: true, problem: null });
    } finally {
      await orm.close(true);
    }
  });
});
