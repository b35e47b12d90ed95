import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { addKey } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;
const logged: string[] = [];

beforeAll(async () => {
  stack = await startStack({
    onLog: (line) => logged.push(line),
    env: ({ url }) => ({
      // The tests guess more often than one may.
      RATE_LIMITS: 'guess=1000/1',
      OIDC_ISSUER: `${url}/oidc`,
      OIDC_CLIENT_ID: 'console',
      OIDC_CLIENT_SECRET: 'console-secret',
      OIDC_ALLOWED_EMAILS: 'ada@sandbox.test',
    }),
  });
});

afterAll(() => stack.close());

/** What the audit got to know since the last call. */
let seen = 0;
async function told(workspaceId = stack.api.defaultWorkspaceId) {
  await stack.api.refusals.flush();
  const { rows } = await stack.database.superuser.query(
    `select position, action, outcome, actor_type, actor_id, subject, request_id, client_address, data - 'seconds' as data
     from audit_entry where action in ('authentication.refuse', 'lease.refuse') and workspace_id = $1 and position > $2 order by position`,
    [workspaceId, seen],
  );
  seen = Math.max(seen, ...rows.map(({ position }) => Number(position)));
  return rows.map(({ position: _position, ...row }) => row);
}

const refusedToNobody = (subject: string, code: string, count: number) => ({
  action: 'authentication.refuse',
  outcome: 'refused',
  actor_type: 'nobody',
  actor_id: 'nobody',
  subject,
  request_id: expect.stringMatching(/^req_/),
  client_address: '127.0.0.1',
  data: { code, count },
});

describe(`refusals in the audit (${transport})`, () => {
  it('E43: requests with unknown tokens, as one entry of the default workspace that counts them', async () => {
    await told();
    const first = await stack.clientWith('lk_made_up').get('/v1/credentials');
    const others = await Promise.all(
      Array.from({ length: 30 }, (_, n) => stack.clientWith(`lk_made_up_${n}`).post('/v1/leases', {})),
    );
    expect(new Set([first, ...others].map(({ status }) => status))).toEqual(new Set([401]));
    const entries = await told();
    expect(entries).toEqual([refusedToNobody('service token', 'unauthenticated', 31)]);
    expect(entries[0].request_id).toBe(first.headers.get('request-id'));
    expect(
      logged.filter((line) => line.includes('a request with an unknown token was refused')),
    ).toHaveLength(31);
    expect(JSON.stringify(entries)).not.toContain('lk_made_up');
  });

  it('E43: sign-ins with a wrong admin token', async () => {
    await told();
    for (const adminToken of ['wrong', 'wronger'])
      expect((await stack.clientWith(null).post('/auth/session', { adminToken })).status).toBe(401);
    expect(await told()).toEqual([refusedToNobody('admin token', 'unauthenticated', 2)]);
  });

  it('E43: sign-ins that the issuer or the rules of this instance do not bear out', async () => {
    await told();
    const browser = openBrowser();
    await stack.sandbox.control.updateSettings({ account: 'grace' });
    const { url } = await browser.follow(`${stack.url}/auth/login`, `${stack.url}/auth/callback`);
    expect((await browser.visit(url)).status).toBe(403);
    expect((await openBrowser().visit(`${stack.url}/auth/callback?code=x&state=y`)).status).toBe(400);
    expect(await told()).toEqual([
      refusedToNobody('sign-in service', 'forbidden', 1),
      refusedToNobody('sign-in service', 'invalid_callback', 1),
    ]);
  });

  it('leases that were refused, by caller, credential and code', async () => {
    const { workspaceId, client } = await inNewWorkspace(stack);
    const made = await client.post('/v1/service-tokens', { name: 'pipeline', role: 'runner' });
    const runner = stack.clientWith(made.body.token);
    const { credential } = await addKey({ ...stack, admin: client }, 'sandbox', { apiKey: 'sbx_invalid_1' });
    const ask = (body: object) => runner.post('/v1/leases', { waitSeconds: 0, ...body });
    const statuses = [
      (await ask({ provider: 'sandbox' })).status,
      (await ask({ provider: 'sandbox', credentialId: credential.id })).status,
      (await ask({ provider: 'sandbox', credentialId: 'cred_of_nobody' })).status,
      (await ask({ provider: 'no\u202esuch' })).status,
      (await ask({ provider: 'no_such' })).status,
    ];
    expect(statuses).toEqual([409, 409, 404, 400, 404]);
    const refused = (subject: string, code: string, count: number) => ({
      action: 'lease.refuse',
      outcome: 'refused',
      actor_type: 'service_token',
      actor_id: made.body.id,
      subject,
      request_id: expect.stringMatching(/^req_/),
      client_address: '127.0.0.1',
      data: { code, count },
    });
    expect(await told(workspaceId)).toEqual([
      refused(credential.id, 'credential_invalid', 2),
      refused('sandbox', 'credential_not_found', 1),
      refused('unknown provider', 'provider_not_found', 1),
    ]);
  });

  it('a lease that is served is refused to nobody', async () => {
    const { workspaceId, client } = await inNewWorkspace(stack);
    await addKey({ ...stack, admin: client }, 'sandbox', { apiKey: 'sbx_valid_1' });
    expect((await client.post('/v1/leases', { provider: 'sandbox' })).status).toBe(200);
    expect(await told(workspaceId)).toEqual([]);
  });
});
