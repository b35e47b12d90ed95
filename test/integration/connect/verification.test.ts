import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { openConnectPage, type ConnectPage } from '../../support/connect-page.ts';
import { addKey, connect, providerLog } from '../../support/flows.ts';
import {
  codeChallenge,
  codeVerifier,
  consentIn,
  goOn,
  openBound,
  startBound,
} from '../../support/held-consent.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());
beforeEach(() => stack.sandbox.control.updateSettings({ autoApprove: true, account: 'ada' }));

const refused = { status: 409, body: { code: 'consent_not_verified' } };

const verify = (page: ConnectPage, body: object) =>
  stack.admin.post(`/v1/connect-sessions/${page.id}/verify`, { codeVerifier, ...body });

const exchanges = async () => (await providerLog(stack, 'sandbox', 'token.code')).length;

describe(`a consent that the back end verifies (${transport})`, () => {
  it('console C24: counts once the code of the browser and the verifier of the back end come together, and once only', async () => {
    const before = await exchanges();
    const page = await openBound(stack);
    const { id, url, browser } = await startBound(page);
    const brought = await consentIn(browser, url);
    expect(brought).toEqual({
      tab: '1',
      status: 'consented',
      sessionId: page.id,
      authorizationId: id,
      consentCode: expect.stringMatching(/^[\w-]{43}$/),
      state: 'of the caller',
    });
    const { consentCode } = brought;
    expect((await page.get(`/authorizations/${id}`)).body.status).toBe('awaiting_consent');
    expect(await verify(page, { consentCode, codeVerifier: `${codeVerifier}x` })).toMatchObject(refused);
    expect(await verify(page, { consentCode: codeVerifier })).toMatchObject(refused);
    expect(await exchanges()).toBe(before);
    expect((await page.get()).body.outcome).toMatchObject({ status: 'open', result: null });
    const all = await Promise.all([1, 2, 3].map(() => verify(page, { consentCode })));
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(await page.finish(id)).toMatchObject({ status: 'succeeded' });
    expect(await exchanges()).toBe(before + 1);
    expect(await verify(page, { consentCode })).toMatchObject(refused);
  });

  it('console C24: of somebody to whom the link was forwarded attaches nothing, and who forwarded it cannot make it', async () => {
    const before = await exchanges();
    const page = await openBound(stack);
    const { id, url } = await startBound(page);
    const brought = await consentIn(openBrowser(), url);
    expect(brought).toMatchObject({ status: 'consented', authorizationId: id });
    // Everything that the holder of the session, and its back end, can learn.
    const known = [
      await page.get(),
      await page.get('/outcome'),
      await page.get(`/authorizations/${id}`),
      await stack.admin.get(`/v1/connect-sessions/${page.id}`),
      await stack.admin.get(`/v1/authorizations/${id}`),
      await stack.admin.get('/v1/events?limit=200'),
      await stack.admin.get('/v1/audit?order=newest'),
    ];
    for (const { text } of known) expect(text).not.toContain(brought['consentCode']);
    await stack.database.superuser.query(
      `update "authorization" set expires_at = now() - interval '1 second' where id = $1`,
      [id],
    );
    expect(await verify(page, { consentCode: brought['consentCode'] })).toMatchObject(refused);
    expect(await page.finish(id)).toMatchObject({ status: 'expired' });
    expect(await exchanges()).toBe(before);
    const { rows } = await stack.database.superuser.query(
      `select sealed, credential_id from "authorization" where id = $1`,
      [id],
    );
    expect(rows).toEqual([{ sealed: null, credential_id: null }]);
  });

  it('waits ten minutes at most, and for one browser', async () => {
    const page = await openBound(stack);
    const { id, url, browser } = await startBound(page);
    const other = openBrowser();
    const { url: callback } = await goOn(other, url, `${stack.url}/oauth/callback/`);
    await consentIn(browser, url);
    expect((await other.visit(callback)).status).toBe(400);
    const { body } = await page.get(`/authorizations/${id}`);
    const minutes = (Date.parse(body.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeLessThanOrEqual(10.1);
    expect(minutes).toBeGreaterThan(5);
  });

  it('is over with its attempt, and with its session', async () => {
    const page = await openBound(stack);
    const first = await startBound(page);
    const { consentCode } = await consentIn(first.browser, first.url);
    const second = await startBound(page);
    expect(await verify(page, { consentCode })).toMatchObject(refused);
    const again = await consentIn(second.browser, second.url);
    await page.post('/close');
    expect(await verify(page, { consentCode: again['consentCode'] })).toMatchObject(refused);
    expect((await page.get(`/authorizations/${second.id}`)).body.status).toBe('cancelled');
  });

  it('is of its own session', async () => {
    const page = await openBound(stack);
    const { url, browser } = await startBound(page);
    const { consentCode } = await consentIn(browser, url);
    expect(await verify(await openBound(stack), { consentCode })).toMatchObject(refused);
    expect(await verify(await openConnectPage(stack.admin), { consentCode })).toMatchObject(refused);
    const missing = { ...page, id: 'cs_00000000000000000000000000' };
    expect(await verify(missing, { consentCode })).toMatchObject({
      status: 404,
      body: { code: 'connect_session_not_found' },
    });
  });

  it('is of accounts alone: no key is taken that would be at hand at once', async () => {
    const page = await openBound(stack, { providers: null });
    const { body } = await page.get();
    const ways = body.providers.flatMap(
      ({ authMethods }: { authMethods: { type: string }[] }) => authMethods,
    );
    expect(new Set(ways.map(({ type }: { type: string }) => type))).toEqual(new Set(['oauth2']));
    const key = { provider: 'sandbox', fields: { apiKey: 'sbx_valid_of_a_bound_session' } };
    expect(await page.post('/credentials', key)).toMatchObject({
      status: 409,
      body: { code: 'auth_method_unsupported' },
    });
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_to_reconnect' });
    const session = { credentialId: credential.id, returnUrl: stack.url, codeChallenge };
    expect(await stack.admin.post('/v1/connect-sessions', session)).toMatchObject({
      status: 409,
      body: { code: 'auth_method_unsupported' },
    });
  });

  it('connects again only then', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const page = await openBound(stack, { providers: null, credentialId: credential.id });
    const { id, url, browser } = await startBound(page);
    const { consentCode } = await consentIn(browser, url);
    const version = async () => (await stack.admin.get(`/v1/credentials/${credential.id}`)).body.tokenVersion;
    expect(await version()).toBe(credential.tokenVersion);
    expect((await verify(page, { consentCode })).status).toBe(200);
    expect(await page.finish(id)).toMatchObject({ status: 'succeeded', credentialId: credential.id });
    expect(await version()).toBe(credential.tokenVersion + 1);
  });

  it('is in the audit, refusals included', async () => {
    const page = await openBound(stack);
    const { id, url, browser } = await startBound(page);
    const { consentCode } = await consentIn(browser, url);
    await verify(page, { consentCode: 'wrong' });
    await verify(page, { consentCode });
    const { rows } = await stack.database.superuser.query(
      `select outcome, data from audit_entry where subject = $1 and action = 'connect_session.verify' order by position`,
      [page.id],
    );
    expect(rows).toMatchObject([
      { outcome: 'refused' },
      { outcome: 'success', data: { authorizationId: id } },
    ]);
  });
});
