import { startSandbox } from '@latchkey/sandbox';
import { migrate } from '@latchkey/core/db';
import { readSettings } from '@latchkey/core/settings.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { createCredential, getCredential, deleteCredential, refreshCredential } from '@latchkey/core/credentials';
import { issueLease } from '@latchkey/core/leases';
import { getAuthorization, startAuthorization, openTicket, continueTicket, receiveCallback } from '@latchkey/core/authorizations';
import { createHandlers } from '@latchkey/worker/handlers.ts';
import { startSchedules } from '@latchkey/worker/schedules.ts';
import { execSync } from 'node:child_process';
const t0 = performance.now();
const tick = (m: string, ...rest: unknown[]) => console.log(`[${Math.round(performance.now()-t0)}ms] ${m}`, ...rest);
const name = `lk_try_${process.pid}`;
execSync(`psql -qh 127.0.0.1 -U root -d postgres -c 'create database ${name}'`);
const sandbox = await startSandbox();
await sandbox.control.updateSettings({ autoApprove: true });
const env = { DATABASE_URL: `postgres://root@127.0.0.1:5432/${name}`, DATA_DIR: `/tmp/${name}`, LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  ...(process.argv[2] === 'redis' ? { REDIS_URL: 'redis://127.0.0.1:6379/9' } : {}),
  PROVIDER_ENDPOINT_OVERRIDES: JSON.stringify({ ...sandbox.overrides, 'https://sandbox.latchkey.test': sandbox.url }),
  OAUTH_SANDBOX_CLIENT_ID: 'sandbox-sandbox', OAUTH_SANDBOX_CLIENT_SECRET: 'sandbox-sandbox-secret',
  OAUTH_NOTION_CLIENT_ID: 'sandbox-notion', OAUTH_NOTION_CLIENT_SECRET: 'sandbox-notion-secret',
  OAUTH_GOOGLE_DRIVE_CLIENT_ID: 'sandbox-google_drive', OAUTH_GOOGLE_DRIVE_CLIENT_SECRET: 'sandbox-google_drive-secret',
  OAUTH_DROPBOX_CLIENT_ID: 'sandbox-dropbox', OAUTH_DROPBOX_CLIENT_SECRET: 'sandbox-dropbox-secret',
  OAUTH_ONEDRIVE_CLIENT_ID: 'sandbox-onedrive', OAUTH_ONEDRIVE_CLIENT_SECRET: 'sandbox-onedrive-secret',
 };
const settings = readSettings(env);
await migrate(settings.databaseUrl);
tick('migrated');
const log = createLogger({ name: 'try', level: settings.logLevel });
const api = await openRuntime(settings, { role: 'api', log });
tick('api runtime');
const wk = await openRuntime(settings, { role: 'worker', log });
const workers = await wk.transport.startWorkers(createHandlers(wk), { concurrency: 5 });
const schedules = startSchedules(wk);
tick('worker');
const ctx = () => api.contextFor({ workspaceId: api.defaultWorkspaceId, actor: { type: 'bootstrap', id: 'bootstrap', name: 'admin token', role: 'admin' }, requestId: 'req_1', clientAddress: '127.0.0.1' });
try {
  const c = await createCredential(ctx(), { provider: 'sandbox', fields: { apiKey: 'sbx_valid_abc' } });
  tick('created', c.credential.status);
  let a = await getAuthorization(ctx(), { id: c.authorization.id, waitSeconds: 5 });
  while (!['succeeded', 'failed'].includes(a.status)) a = await getAuthorization(ctx(), { id: a.id, waitSeconds: 5 });
  tick('validated', a.status, a.errorCode, a.errorMessage);
  tick('lease', await issueLease(ctx(), { provider: 'sandbox', minTtlSeconds: 60, waitSeconds: 5 }));
  for (const provider of ['sandbox', 'notion', 'google_drive', 'dropbox', 'onedrive']) {
    const s = await startAuthorization(ctx(), { provider, confirm: false });
    const ticket = s.authorizationUrl.split('/').at(-1)!;
    const pub = api.publicContext({ requestId: 'r', clientAddress: null });
    await openTicket(pub, { ticket, sessionId: null, browser: null });
    const go = await continueTicket(pub, { ticket, sessionId: null, browser: null, confirmation: null });
    const res = await fetch(go!.redirectTo, { redirect: 'manual' });
    const loc = res.headers.get('location');
    if (!loc?.includes('code=')) { tick('no code', go!.redirectTo, res.status, loc, (await res.text()).slice(0, 500)); continue; }
    const q = await receiveCallback(pub, { provider, query: new URL(loc).searchParams, browser: go!.browser });
    let a2 = await getAuthorization(ctx(), { id: q.id, waitSeconds: 5 });
    while (!['succeeded', 'failed'].includes(a2.status)) a2 = await getAuthorization(ctx(), { id: a2.id, waitSeconds: 5 });
    tick(`exchanged ${provider}`, a2.status, a2.errorCode, a2.errorMessage);
    if (a2.status !== 'succeeded') continue;
    const cr = await getCredential(ctx(), { id: a2.credentialId! });
    tick('cred', cr.name, cr.status, cr.expiresAt, cr.nextRefreshAt, cr.scopes, cr.accountId);
    const r = await refreshCredential(ctx(), { id: cr.id });
    let a3 = await getAuthorization(ctx(), { id: r.id, waitSeconds: 5 });
    while (!['succeeded', 'failed'].includes(a3.status)) a3 = await getAuthorization(ctx(), { id: a3.id, waitSeconds: 5 });
    tick(`refreshed ${provider}`, a3.status, a3.errorCode, a3.errorMessage);
    await issueLease(ctx(), { provider, credentialId: cr.id, minTtlSeconds: 60, waitSeconds: 5 });
    const d = await deleteCredential(ctx(), { id: cr.id, force: true });
    let a4 = await getAuthorization(ctx(), { id: d.id, waitSeconds: 5 });
    while (!['succeeded', 'failed'].includes(a4.status)) a4 = await getAuthorization(ctx(), { id: a4.id, waitSeconds: 5 });
    tick(`deleted ${provider}`, a4.status, a4.errorCode, a4.errorMessage);
  }
  for (const e of await sandbox.control.log()) console.log(e.provider, e.endpoint, e.status, e.error, e.outcome);
} finally {
  await schedules.close(); await workers.close(2000); await wk.close(); await api.close(); await sandbox.close();
  execSync(`psql -qh 127.0.0.1 -U root -d postgres -c 'drop database ${name} with (force)'`);
}
