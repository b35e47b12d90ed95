import { randomBytes } from 'node:crypto';
import { newId } from '@latchkey/core/ids.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { declaredOperations } from '../../support/api-routes.ts';
import { openBrowser } from '../../support/browser.ts';
import type { Client } from '../../support/client.ts';
import { openConnectPage } from '../../support/connect-page.ts';
import { eventually } from '../../support/eventually.ts';
import { addKey, connect } from '../../support/flows.ts';
import { codeVerifier, consentIn, openBound, startBound } from '../../support/held-consent.ts';
import { signInAs } from '../../support/people.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';
import { sealed } from '../../support/tamper.ts';

let stack: Stack;
const key = 'sbx_valid_key_of_this_test';
const newRootKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

beforeAll(async () => {
  stack = await startStack({
    env: ({ url }) => ({
      LATCHKEY_ROOT_KEYS: ['first', 'second', 'third'].map(newRootKey).join(','),
      OIDC_ISSUER: `${url}/oidc`,
      OIDC_CLIENT_ID: 'console',
      OIDC_CLIENT_SECRET: 'console-secret',
      OIDC_ALLOWED_EMAILS: 'ada@sandbox.test',
    }),
  });
  // The schedule refreshes no token meanwhile: each entry is of what the test did.
  await stack.sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });
  await run(
    `create function refuse_insert() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$`,
  );
});

afterEach(() => run('drop trigger if exists test_refusal on audit_entry'));
afterAll(() => stack.close());

const run = (text: string) => stack.database.superuser.query(text);
const breakAudit = () =>
  run(
    'create trigger test_refusal before insert on audit_entry for each row execute function refuse_insert()',
  );

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: { get(name: string): string | null };
}

type Ask = () => Promise<Reply>;

const sameOrigin = { 'sec-fetch-site': 'same-origin' };

async function signedIn(): Promise<Record<string, string>> {
  const { headers } = await stack.clientWith(null).post('/auth/session', { adminToken });
  return { cookie: headers.get('set-cookie')?.split(';')[0] ?? '', ...sameOrigin };
}

/** A page that a browser opened, as an answer of the API. */
async function opened(visit: ReturnType<ReturnType<typeof openBrowser>['visit']>): Promise<Reply> {
  const { status, text, headers } = await visit;
  const get = (name: string) => [headers[name] ?? []].flat().join(', ') || null;
  return { status, text, headers: { get } };
}

const newKey = async () => (await addKey(stack, 'sandbox', { apiKey: key })).credential.id as string;
const newAccount = async () => (await connect(stack, { provider: 'sandbox' })).credential.id as string;

/**
 * Each operation that leaves an entry in the audit: makes what it needs, and returns a request that would succeed. An
 * operation that is missing here fails this test: add it.
 */
const operations: Record<string, (admin: Client) => Promise<Ask>> = {
  'POST /v1/credentials': async (admin) => () =>
    admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: key } }),
  'PATCH /v1/credentials/{id}': async (admin) => {
    const id = await newKey();
    return () => admin.patch(`/v1/credentials/${id}`, { fields: { apiKey: `${key}_2` }, name: `of ${id}` });
  },
  'POST /v1/credentials/{id}/validate': async (admin) => {
    const id = await newKey();
    return () => admin.post(`/v1/credentials/${id}/validate`);
  },
  'POST /v1/credentials/{id}/refresh': async (admin) => {
    const id = await newAccount();
    return () => admin.post(`/v1/credentials/${id}/refresh`);
  },
  'DELETE /v1/credentials/{id}': async (admin) => {
    const id = await newKey();
    return () => admin.delete(`/v1/credentials/${id}`);
  },
  'POST /v1/authorizations': async (admin) => () => admin.post('/v1/authorizations', { provider: 'sandbox' }),
  'POST /v1/authorizations/{id}/cancel': async (admin) => {
    const { body } = await admin.post('/v1/authorizations', { provider: 'sandbox' });
    return () => admin.post(`/v1/authorizations/${body.id}/cancel`);
  },
  'POST /v1/connect-sessions': async (admin) => () => admin.post('/v1/connect-sessions', {}),
  'POST /v1/connect-sessions/{id}/verify': async (admin) => {
    const page = await openBound(stack);
    const { browser, url } = await startBound(page);
    const { consentCode } = await consentIn(browser, url);
    return () => admin.post(`/v1/connect-sessions/${page.id}/verify`, { consentCode, codeVerifier });
  },
  'POST /v1/connect-session/credentials': async () => {
    const page = await openConnectPage(stack.admin);
    return () => page.post('/credentials', { provider: 'sandbox', fields: { apiKey: key } });
  },
  'POST /v1/connect-session/authorizations': async () => {
    const page = await openConnectPage(stack.admin);
    return () => page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
  },
  'POST /v1/connect-session/authorizations/{id}/cancel': async () => {
    const page = await openConnectPage(stack.admin);
    const { body } = await page.post('/authorizations', { provider: 'sandbox', window: 'popup' });
    return () => page.post(`/authorizations/${body.id}/cancel`);
  },
  'POST /v1/connect-session/close': async () => {
    const page = await openConnectPage(stack.admin);
    return () => page.post('/close');
  },
  'POST /v1/authorizations/cancel': async (admin) => {
    const credentialId = await newAccount();
    await admin.post('/v1/authorizations', { provider: 'sandbox', credentialId });
    return () => admin.post('/v1/authorizations/cancel', { credentialId });
  },
  'POST /v1/leases': async (admin) => {
    const credentialId = await newKey();
    return () => admin.post('/v1/leases', { provider: 'sandbox', credentialId });
  },
  'POST /v1/leases/{id}/report': async (admin) => {
    const credentialId = await newKey();
    const { body } = await admin.post('/v1/leases', { provider: 'sandbox', credentialId });
    return () => admin.post(`/v1/leases/${body.leaseId}/report`, { outcome: 'rejected', status: 401 });
  },
  'PUT /v1/providers/{provider}/oauth-client': async (admin) => () =>
    admin.put('/v1/providers/sandbox/oauth-client', { clientId: 'own', clientSecret: key, enabled: false }),
  'DELETE /v1/providers/{provider}/oauth-client': async (admin) => {
    await admin.put('/v1/providers/notion/oauth-client', { clientId: 'own', clientSecret: key });
    return () => admin.delete('/v1/providers/notion/oauth-client');
  },
  'POST /v1/service-tokens': async (admin) => () =>
    admin.post('/v1/service-tokens', { name: 'new', role: 'admin' }),
  'DELETE /v1/service-tokens/{id}': async (admin) => {
    const { body } = await admin.post('/v1/service-tokens', { name: 'old', role: 'viewer' });
    return () => admin.delete(`/v1/service-tokens/${body.id}`);
  },
  'PATCH /v1/service-tokens/{id}': async (admin) => {
    const { body } = await admin.post('/v1/service-tokens', { name: 'before', role: 'viewer' });
    return () => admin.patch(`/v1/service-tokens/${body.id}`, { name: 'after' });
  },
  'POST /v1/service-tokens/{id}/rotate': async (admin) => {
    const { body } = await admin.post('/v1/service-tokens', { name: 'rotated', role: 'viewer' });
    return () => admin.post(`/v1/service-tokens/${body.id}/rotate`);
  },
  'DELETE /v1/sessions/{id}': async (admin) => {
    const { sessionId } = await signInAs(stack, 'one@corp.test', 'viewer');
    return () => admin.delete(`/v1/sessions/${sessionId}`);
  },
  'DELETE /v1/sessions': async (admin) => {
    await signInAs(stack, 'all@corp.test', 'viewer');
    return () => admin.delete('/v1/sessions?subject=all%40corp.test');
  },
  'POST /v1/root-keys/{id}/promote': async (admin) => () => admin.post('/v1/root-keys/second/promote'),
  'POST /v1/root-keys/{id}/retire': async (admin) => () => admin.post('/v1/root-keys/third/retire'),
  'POST /v1/key-jobs': async (admin) => () => admin.post('/v1/key-jobs', { kind: 'rewrap' }),
  'POST /v1/key-jobs/{id}/cancel': async (admin) => {
    const id = newId('keyJob');
    // Its first batch is an hour away.
    await stack.database.superuser.query(
      `insert into key_job (id, kind, next_batch_at) values ($1, 'rotate_data', now() + interval '1 hour')`,
      [id],
    );
    return () => admin.post(`/v1/key-jobs/${id}/cancel`);
  },
  'POST /v1/queues/{name}/pause': async (admin) => () => admin.post('/v1/queues/revoke/pause'),
  'POST /v1/queues/{name}/resume': async (admin) => {
    await admin.post('/v1/queues/revoke/pause');
    return () => admin.post('/v1/queues/revoke/resume');
  },
  'POST /v1/queues/{name}/retry': async (admin) => {
    const id = await newKey();
    await run(
      `update "authorization" set status = 'failed', error_code = 'internal_error', error_retryable = true where credential_id = '${id}'`,
    );
    return () => admin.post('/v1/queues/validate-key/retry');
  },
  'POST /v1/workspaces': async (admin) => () =>
    admin.post('/v1/workspaces', { name: `New ${Math.random()}` }),
  'POST /auth/session': async () => () => stack.clientWith(null).post('/auth/session', { adminToken }),
  'DELETE /auth/session': async () => {
    const headers = await signedIn();
    return () => stack.clientWith(null).delete('/auth/session', { headers });
  },
  'GET /auth/callback': async () => async () => {
    const browser = openBrowser();
    const { url } = await browser.follow(`${stack.url}/auth/login`, `${stack.url}/auth/callback`);
    return opened(browser.visit(url));
  },
  'GET /oauth/callback/{provider}': async (admin) => {
    const browser = openBrowser();
    const { body } = await admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    const { url } = await browser.follow(body.authorizationUrl, `${stack.url}/oauth/callback`);
    return () => opened(browser.visit(url));
  },
};

/** Beside the change that was asked for: numbering, publishing, sealing, and when a token or a process was last seen. */
const volatile = `array['audit_sequence', 'audit_hash', 'event_sequence', 'published_at', 'sequence', 'previous_hash', 'hash', 'last_used_at', 'last_seen_at', 'seen_at', 'generation']`;

/** Every row of the product, once everything that was under way is done. */
async function everything(): Promise<string> {
  const atWork = `select (select count(*) from "authorization" where status in ('queued', 'running'))::int
    + (select count(*) from key_job where status = 'running' and next_batch_at < now() + interval '1 minute')::int as n`;
  await eventually(async () => (await run(atWork)).rows[0].n === 0, { describe: 'nothing is at work' });
  await sealed(stack);
  const { rows: tables } = await run(
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await run(`select (to_jsonb(t) - ${volatile})::text as row from ${name} t order by 1`);
    lines.push(...rows.map(({ row }) => `${name} ${row}`));
  }
  return lines.join('\n');
}

const declared = () => declaredOperations().filter(({ audit }) => audit !== null);
const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;

describe(`every operation that changes something (${transport})`, () => {
  it('E46: leaves an entry in the audit, and is in the table of this test', () => {
    const writes = declaredOperations().filter(({ method }) => !['GET', 'HEAD'].includes(method));
    expect(writes.filter(({ audit }) => audit === null).map(nameOf)).toEqual([]);
    expect(Object.keys(operations).toSorted()).toEqual(declared().map(nameOf).toSorted());
  });

  it.each(
    declaredOperations()
      .filter(({ audit }) => audit !== null)
      .map((each) => [nameOf(each), each.audit]),
  )(
    'E40: %s changes nothing while the audit takes nothing, says so, and leaves "%s" once it does',
    async (name, action) => {
      const ask =
        (await operations[name]?.(stack.admin)) ?? (() => Promise.reject(new Error(`${name} is missing`)));
      const before = await everything();
      await breakAudit();
      const refused = await ask();
      expect(refused.status, refused.text).toBe(503);
      expect(refused.text).toContain('audit_unavailable');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(refused.headers.get('set-cookie') ?? '').not.toMatch(/session=[^;]/);
      expect(refused.text).not.toMatch(/disk full|sbx_valid|lk_/);
      expect(await everything()).toBe(before);

      await run('drop trigger test_refusal on audit_entry');
      const answer = await ask();
      expect(answer.status, answer.text).toBeLessThan(400);
      expect(await everything()).not.toBe(before);
      const { rows } = await stack.database.superuser.query(
        `select action, outcome, actor_type, actor_id, actor_name, subject, client_address, request_id,
           abs(extract(epoch from now() - at)) < 30 as recent from audit_entry where request_id = $1`,
        [answer.headers.get('request-id')],
      );
      expect(rows).toEqual([
        {
          action,
          outcome: 'success',
          actor_type: expect.stringMatching(/^(bootstrap|session|connect_session|system)$/),
          actor_id: expect.stringMatching(/\S/),
          actor_name: expect.stringMatching(/\S/),
          subject: expect.stringMatching(
            /^\w+_\w{26}$|^sandbox$|^notion$|^second$|^third$|^revoke$|^validate-key$/,
          ),
          client_address: '127.0.0.1',
          request_id: answer.headers.get('request-id'),
          recent: true,
        },
      ]);
    },
  );

  it('E41: entries leave with their time in UTC, and every text of theirs on one line', async () => {
    const nasty = 'two\u2028lines \u202eand \u0085more';
    const made = await stack.admin.post('/v1/service-tokens', { name: 'x\u2028y \u202ez', role: 'viewer' });
    expect(made.status, made.text).toBe(201);
    const client = stack.clientWith(made.body.token);
    await client.post('/v1/workspaces', { name: nasty });
    await client.call('PATCH', `/v1/credentials/${encodeURIComponent(nasty)}`, { body: {} });
    await sealed(stack);
    const { items } = (await stack.admin.get(`/v1/audit?limit=200&actor=${made.body.id}`)).body;
    expect(items).toHaveLength(2);
    for (const entry of items) {
      expect(entry.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(entry.actor.name).toBe('xy z');
      expect(JSON.stringify(entry)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e]/u);
    }
  });
});
