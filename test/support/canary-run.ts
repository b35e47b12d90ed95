import { adminToken } from './stack.ts';
import type { Canaries } from './canaries.ts';
import type { EchoProvider, Echo } from './echo-provider.ts';
import { eventually } from './eventually.ts';
import { addKey, finish } from './flows.ts';
import type { Recorder } from './recorder.ts';
import type { Stack } from './stack.ts';

/** A tour through everything that the product does with secrets, and everything that can go wrong with them. */
export interface Tour {
  /** Its `admin` keeps what it is answered. */
  readonly stack: Stack;
  readonly canaries: Canaries;
  readonly recorder: Recorder;
  readonly echo: EchoProvider;
}

export async function keysOfEveryFate({ stack, canaries, echo }: Tour): Promise<void> {
  const { admin, sandbox } = stack;
  for (const status of [200, 401, 402, 403, 429, 500]) {
    const apiKey = canaries.make('API key', 'sbx_valid_');
    await sandbox.control.registerKey({ provider: 'sandbox', key: apiKey, status });
    const { body } = await admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey } });
    await eventually(
      async () => {
        const { body: now } = await admin.get(`/v1/authorizations/${body.authorization.id}`);
        return ['succeeded', 'failed'].includes(now.status) || now.attempts >= 2;
      },
      { describe: `a key with status ${status} was judged, or tried again`, timeoutMs: 20_000 },
    );
    await admin.post('/v1/leases', { provider: 'sandbox', credentialId: body.credential.id, waitSeconds: 0 });
  }
  const first = await addKey(stack, 'sandbox', { apiKey: canaries.make('API key', 'sbx_valid_') });
  const replaced = await admin.patch(`/v1/credentials/${first.credential.id}`, {
    fields: { apiKey: canaries.make('API key', 'sbx_valid_') },
  });
  await finish(admin, replaced.body.authorization.id);
  const echoes: [number, Echo][] = [
    [401, 'json'],
    [401, 'html'],
    [403, 'headers'],
    [400, 'json'],
    [402, 'json'],
    [429, 'json'],
    [500, 'html'],
    [302, 'redirect'],
    [200, 'html'],
  ];
  for (const [status, kind] of echoes) {
    echo.answer(status, kind);
    const { body } = await admin.post('/v1/credentials', {
      provider: 'echo',
      fields: { apiKey: canaries.make('API key') },
    });
    await eventually(
      async () => (await admin.get(`/v1/credentials/${body.credential.id}`)).body.lastError !== null,
      {
        describe: `the echo with ${status} and ${kind} is noted`,
      },
    );
    await admin.delete(`/v1/credentials/${body.credential.id}?force=true`);
  }
  echo.answer(200, 'nowhere');
}

export async function secretsInWrongPlaces({ stack, canaries, recorder }: Tour): Promise<void> {
  const pasted = canaries.make('API key in the wrong place', 'sbx_valid_');
  const plain = canaries.watch(
    'token in the wrong place',
    `lk_${Buffer.from(pasted).toString('base64url')}`,
    'lk_',
  );
  const query = encodeURIComponent(pasted);
  const { admin } = stack;
  for (const path of [
    '/v1/credentials?provider=',
    '/v1/credentials?status=',
    '/v1/credentials?cursor=',
    '/v1/events?after=',
    '/nowhere?key=',
    '/v1/audit?subject=',
    '/oauth/start/x?go=',
    '/oauth/callback/sandbox?state=',
    '/auth/callback?code=',
  ]) {
    await admin.get(path + query);
    await recorder.browser().visit(stack.url + path + query);
  }
  const headers = [
    { authorization: `Basic ${plain}` },
    { authorization: plain },
    { authorization: `Bearer ${plain}` },
    { 'x-workspace': plain },
    { cookie: `latchkey_session=${plain}; latchkey_browser=${plain}.${plain}` },
    { 'x-api-key': plain },
    { 'x-request-id': plain, 'user-agent': plain, referer: `https://a.example/?t=${plain}` },
  ];
  for (const each of headers) {
    await admin.get('/v1/credentials', { headers: each });
    await recorder.wrap(stack.clientWith(null)).get('/v1/credentials', { headers: each });
  }
  const json = JSON.stringify({ provider: 'sandbox', fields: { apiKey: pasted } });
  const bodies = [
    json.slice(0, -1),
    json.replace(':', ''),
    `${json}${pasted}`,
    pasted,
    `"${plain}"`,
    JSON.stringify({ provider: plain, fields: { apiKey: pasted } }),
    JSON.stringify({ provider: 'sandbox', name: plain.repeat(3), fields: { apiKey: pasted } }),
    JSON.stringify({ provider: 'sandbox', fields: pasted }),
    JSON.stringify({ provider: 'sandbox', fields: { apiKey: pasted, other: plain } }),
    JSON.stringify({ provider: 'sandbox', fields: { apiKey: [pasted] } }),
    JSON.stringify({ provider: 'sandbox', fields: { apiKey: pasted.repeat(9000) } }),
  ];
  for (const body of bodies) await admin.post('/v1/credentials', body);
  await admin.post('/v1/credentials', json, { headers: { 'content-type': 'text/plain' } });
  await admin.put('/v1/providers/sandbox/oauth-client', { clientId: '', clientSecret: pasted });
  await admin.post('/auth/session', { adminToken: plain });
}

export async function peopleAndPrograms({ stack, recorder }: Tour): Promise<void> {
  const { admin } = stack;
  const body = { name: 'canary', role: 'runner' };
  const made = await admin.post('/v1/service-tokens', body, { headers: { 'idempotency-key': 'once' } });
  await admin.post('/v1/service-tokens', body, { headers: { 'idempotency-key': 'once' } });
  await admin.post(
    '/v1/service-tokens',
    { ...body, role: 'admin' },
    { headers: { 'idempotency-key': 'once' } },
  );
  const runner = recorder.wrap(stack.clientWith(made.body.token));
  await runner.post('/v1/leases', { provider: 'sandbox' });
  await runner.get('/v1/credentials');
  await admin.delete(`/v1/service-tokens/${made.body.id}`);
  await runner.post('/v1/leases', { provider: 'sandbox' });
  const anybody = recorder.wrap(stack.clientWith(null));
  const session = await anybody.post('/auth/session', { adminToken: stack.api.settings.adminToken.reveal() });
  const cookie = session.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  await anybody.post('/auth/session', { adminToken });
  await anybody.get('/auth/session', { headers: { cookie } });
  await anybody.get('/v1/credentials', { headers: { cookie } });
  await anybody.post('/v1/credentials', {}, { headers: { cookie } });
  await anybody.delete('/auth/session', { headers: { cookie, origin: stack.url } });
}

export async function thingsThatBreak({ stack, canaries }: Tour): Promise<void> {
  const { admin, database } = stack;
  await database.superuser
    .query(`create function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create trigger test_refusal before insert on audit_entry for each row execute function refuse_insert()`);
  await admin.post('/v1/credentials', {
    provider: 'sandbox',
    fields: { apiKey: canaries.make('API key', 'sbx_valid_') },
  });
  await admin.put('/v1/providers/echo/oauth-client', {
    clientId: 'own',
    clientSecret: canaries.make('custom client secret'),
  });
  await admin.post('/v1/leases', { provider: 'sandbox' });
  await admin.post('/v1/service-tokens', { name: 'never', role: 'admin' });
  await database.superuser.query('drop trigger test_refusal on audit_entry');
  await database.superuser.query(`update credential set sealed = sealed || '\\x00' where is_default`);
  await admin.post('/v1/leases', { provider: 'sandbox' });
  const taken = await admin.post('/v1/credentials', {
    provider: 'sandbox',
    name: 'taken',
    fields: { apiKey: canaries.make('API key', 'sbx_valid_') },
  });
  await admin.post('/v1/credentials', {
    provider: 'sandbox',
    name: 'taken',
    fields: { apiKey: canaries.make('API key', 'sbx_valid_') },
  });
  await finish(admin, taken.body.authorization.id);
}
