import type { Browser } from './browser.ts';
import type { Tour } from './canary-run.ts';
import type { Echo } from './echo-provider.ts';
import { eventually } from './eventually.ts';
import { finish } from './flows.ts';

/** From the start page to the answer of the provider, in one browser. */
async function consent(
  { stack, recorder }: Tour,
  provider: string,
  body: object = {},
  browser: Browser = recorder.browser(),
) {
  const started = await stack.admin.post('/v1/authorizations', { provider, confirm: false, ...body });
  const callback = `${stack.url}/oauth/callback/`;
  const { url } = await browser.follow(started.body.authorizationUrl, callback);
  return { id: started.body.id as string, url, browser };
}

async function connected(tour: Tour, provider: string, body: object = {}): Promise<string> {
  const { id, url, browser } = await consent(tour, provider, body);
  await browser.follow(url);
  await browser.visit(`${tour.stack.url}/oauth/status/${id}`);
  const ended = await finish(tour.stack.admin, id);
  return ended.credentialId;
}

export async function accountsOfEveryFate(tour: Tour): Promise<void> {
  const { stack, echo, canaries } = tour;
  const { admin, sandbox } = stack;
  const refreshed = async (id: string) =>
    finish(admin, (await admin.post(`/v1/credentials/${id}/refresh`)).body.authorization.id, 40);

  for (const provider of ['sandbox', 'echo']) {
    const id = await connected(tour, provider);
    await admin.post('/v1/leases', { provider, credentialId: id });
    await refreshed(id);
    await admin.post('/v1/leases', { provider, credentialId: id });
    await connected(tour, provider, { credentialId: id });
    await finish(admin, (await admin.delete(`/v1/credentials/${id}?force=true`)).body.authorization.id);
  }
  await admin.put('/v1/providers/sandbox/oauth-client', {
    clientId: 'sandbox-canary',
    clientSecret: canaries.make('custom client secret'),
  });
  await sandbox.control.registerClient({
    provider: 'sandbox',
    clientId: 'sandbox-canary',
    clientSecret: 'another',
  });
  await connected(tour, 'sandbox', { name: 'with a client that is refused' });
  await admin.delete('/v1/providers/sandbox/oauth-client');

  const faults = [
    'html',
    'truncated_body',
    'ok_with_error',
    'invalid_grant',
    'server_error',
    'reset_after_commit',
  ] as const;
  for (const fault of faults) {
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'token.code', fault });
    await connected(tour, 'sandbox');
    const id = await connected(tour, 'sandbox');
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'token.refresh', fault });
    await admin.post(`/v1/credentials/${id}/refresh`);
    await eventually(async () => (await admin.get(`/v1/credentials/${id}`)).body.lastError !== null, {
      describe: `a refresh that fails with ${fault}`,
    });
    if ((await admin.get(`/v1/credentials/${id}`)).body.status !== 'active') continue;
    // The token is presented again now, not when the access token is at its end.
    const { body } = await admin.post('/v1/leases', { provider: 'sandbox', credentialId: id });
    const refused = { outcome: 'rejected', status: 401 };
    const reported = await admin.post(`/v1/leases/${body.leaseId}/report`, refused);
    await finish(admin, reported.body.authorization.id, 40);
  }
  const echoes: [number, Echo, string][] = [
    [400, 'json', 'invalid_grant'],
    [401, 'json', 'invalid_client'],
    [400, 'json', 'something_else'],
    [500, 'html', ''],
    [400, 'headers', ''],
    [302, 'redirect', ''],
    [200, 'html', ''],
  ];
  for (const [status, kind, error] of echoes) {
    echo.answer(200, 'nowhere');
    const id = await connected(tour, 'echo');
    echo.answer(status, kind, error);
    await connected(tour, 'echo', { credentialId: id });
    const { body } = await admin.post(`/v1/credentials/${id}/refresh`);
    await eventually(async () => (await admin.get(`/v1/credentials/${id}`)).body.lastError !== null, {
      describe: `a refresh that fails with ${status} and ${kind}`,
    });
    await admin.get(`/v1/authorizations/${body.authorization.id}`);
    const removal = await admin.delete(`/v1/credentials/${id}?force=true`);
    await eventually(
      async () => (await admin.get(`/v1/authorizations/${removal.body.authorization.id}`)).body.attempts > 0,
      { describe: 'its revocation was tried' },
    );
  }
  echo.answer(200, 'nowhere');
}

export async function callbacksThatAreRefused(tour: Tour): Promise<void> {
  const { stack, recorder } = tour;
  const { url, browser } = await consent(tour, 'sandbox');
  await recorder.browser().visit(url);
  for (const extra of ['&code=again', '&unknown=1', '&iss=https%3A%2F%2Fevil.example'])
    await browser.visit(url + extra);
  await browser.visit(url.replace('/callback/sandbox', '/callback/echo'));
  await stack.clientWith(null).get(new URL(url).pathname + new URL(url).search);
  await browser.visit(url);
  await browser.visit(url);
  await stack.sandbox.control.updateSettings({ autoApprove: 'deny' });
  const denied = await consent(tour, 'sandbox');
  await denied.browser.visit(denied.url);
  await stack.sandbox.control.updateSettings({ autoApprove: true });
  const asked = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
  await recorder.browser().visit(asked.body.authorizationUrl);
}
