import { createHandlers } from '@latchkey/worker/handlers.ts';
import { jobNames } from '@latchkey/core/queues';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  declaredOperations,
  isGuarded,
  listOperations,
  stateOf,
  statusOf,
  type Operation,
} from '../support/api-routes.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, providerLog } from '../support/flows.ts';
import { signInAs } from '../support/people.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import type { Client } from '../support/client.ts';

let stack: Stack;
/** A neighbour with every right in a workspace of its own. */
let neighbour: Client;
let neighbourToken: string;
let neighbourWorkspace: string;
/** Ids of the first workspace, by the path they belong under. */
let ids: Record<string, string>;
let oauthCredential: string;

beforeAll(async () => {
  stack = await startStack();
  const made = await stack.admin.post('/v1/workspaces', { name: 'Neighbour' });
  neighbourWorkspace = made.body.id;
  const token = await stack.admin.post(
    '/v1/service-tokens',
    { name: 'n', role: 'admin' },
    { headers: { 'x-workspace': neighbourWorkspace } },
  );
  neighbourToken = token.body.token;
  neighbour = stack.clientWith(neighbourToken);

  const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_of_the_first' });
  oauthCredential = (await connect(stack, { provider: 'sandbox' })).credential.id;
  const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
  const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox' });
  const own = await stack.admin.post('/v1/service-tokens', { name: 'own', role: 'viewer' });
  await stack.admin.put('/v1/providers/sandbox/oauth-client', {
    clientId: 'of-the-first',
    clientSecret: 'x',
    enabled: false,
  });
  const connecting = await stack.admin.post('/v1/connect-sessions', {});
  ids = {
    '/v1/credentials': credential.id,
    '/v1/authorizations': started.body.id,
    '/v1/connect-sessions': connecting.body.id,
    '/v1/leases': lease.body.leaseId,
    '/v1/service-tokens': own.body.id,
    '/v1/sessions': (await signInAs(stack, 'ada@corp.test', 'admin')).sessionId,
  };
});

afterAll(() => stack.close());

/** Bodies that would be accepted from the owner. */
const bodies: Record<string, unknown> = {
  'PATCH /v1/credentials/{id}': { name: 'taken over', isDefault: true },
  'POST /v1/leases/{id}/report': { outcome: 'rejected', status: 401 },
  'POST /v1/connect-sessions/{id}/verify': { consentCode: 'x', codeVerifier: 'x'.repeat(43) },
  'PATCH /v1/service-tokens/{id}': { name: 'taken over', allowedAddresses: null },
};

const first = () => stack.api.defaultWorkspaceId;

async function operationsById(): Promise<Operation[]> {
  const operations = await listOperations(stack);
  // Root keys and key jobs belong to no workspace: nobody of a workspace gets so far as to look for one.
  return operations.filter(
    (each) => each.path.includes('{id}') && isGuarded(each) && each.permission !== 'key:manage',
  );
}

function withForeignId({ method, path }: Operation) {
  const collection = path.slice(0, path.indexOf('/{id}'));
  const id = ids[collection];
  if (id === undefined) throw new Error(`no foreign id for ${method} ${path}: add one to this test`);
  return { method, path: `${path.replace('{id}', id)}${method === 'DELETE' ? '?force=true' : ''}` };
}

describe(`another workspace (${transport})`, () => {
  it('D38: its id is 404 on every route that takes one, and nothing changes', async () => {
    const operations = await operationsById();
    expect(operations.length).toBeGreaterThanOrEqual(9);
    const before = await stateOf(stack, first());
    for (const operation of operations) {
      const key = `${operation.method} ${operation.path}`;
      const body = bodies[key];
      const asked = withForeignId(operation);
      expect(await statusOf(stack, asked, { token: neighbourToken, body }), key).toBe(404);
    }
    expect(await stateOf(stack, first())).toBe(before);
    // The same requests with an id of nobody's get the same answer: whether it exists does not show.
    const foreign = await neighbour.get(`/v1/credentials/${ids['/v1/credentials']}`);
    const nobodys = await neighbour.get('/v1/credentials/cred_00000000000000000000000000');
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' });
  });

  it('D38: its id is not found in a body, and finds nothing in a query', async () => {
    const before = await stateOf(stack, first());
    const credentialId = ids['/v1/credentials'];
    for (const id of [credentialId, oauthCredential]) {
      expect(await neighbour.post('/v1/leases', { provider: 'sandbox', credentialId: id })).toMatchObject({
        status: 404,
        body: { code: 'credential_not_found' },
      });
      expect(
        await neighbour.post('/v1/authorizations', { provider: 'sandbox', credentialId: id }),
      ).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
    }
    expect(await neighbour.post('/v1/leases', { provider: 'sandbox' })).toMatchObject({ status: 404 });
    const queries = [
      '/v1/credentials',
      '/v1/authorizations',
      `/v1/authorizations?credentialId=${credentialId}`,
      `/v1/events?subject=${credentialId}`,
      '/v1/events',
      `/v1/audit?subject=${credentialId}`,
    ];
    for (const path of queries) {
      const answer = await neighbour.get(path);
      expect(answer.status, path).toBe(200);
      expect(answer.text, path).not.toContain(credentialId);
      expect(answer.text, path).not.toContain(oauthCredential);
    }
    expect(
      (await neighbour.get('/v1/service-tokens')).body.items.map((each: { name: string }) => each.name),
    ).toEqual(['n']);
    expect((await neighbour.get('/v1/providers/sandbox/oauth-client')).text).not.toContain('of-the-first');
    expect((await neighbour.delete('/v1/providers/sandbox/oauth-client')).status).toBe(404);
    expect(await stateOf(stack, first())).toBe(before);
  });

  it('D38: a service token that names it in X-Workspace gets 404 everywhere', async () => {
    const before = await stateOf(stack, first());
    for (const operation of declaredOperations()) {
      if (!isGuarded(operation)) continue;
      const ofWorkspace = operation.permission !== 'key:manage';
      const path = operation.path.replace('{provider}', 'sandbox').replace('{id}', 'main');
      const asked =
        ofWorkspace && operation.path.includes('{id}') ? withForeignId(operation) : { ...operation, path };
      const status = await statusOf(stack, asked, { token: neighbourToken, workspace: first() });
      expect(status, `${operation.method} ${operation.path}`).toBe(404);
    }
    expect(await stateOf(stack, first())).toBe(before);
  });

  it('D38: a job that names a workspace other than its authorization’s does nothing', async () => {
    const kinds = ['validate_key', 'exchange_code', 'refresh_token', 'revoke'];
    // Without an event no worker hears of them; the reconciler would, in ten seconds.
    await stack.database.superuser.query(
      `insert into "authorization" (id, workspace_id, kind, status, provider, credential_id, token_version, reason, requested_by, key_salt, next_attempt_at)
       select 'auth_' || kind, $1, kind, 'queued', 'sandbox', case kind when 'validate_key' then $2 else $3 end, 1, 'user', 'test', '\\x00', now()
       from unnest($4::text[]) as kind`,
      [first(), ids['/v1/credentials'], oauthCredential, kinds],
    );
    const before = await stateOf(stack, first());
    await stack.sandbox.control.clearLog();
    const handlers = createHandlers(stack.worker);
    const run = { jobId: 'test', signal: new AbortController().signal };
    for (const name of jobNames) {
      for (const kind of kinds) {
        await handlers[name]({ workspaceId: neighbourWorkspace, authorizationId: `auth_${kind}` }, run);
      }
    }
    expect(await stateOf(stack, first())).toBe(before);
    expect(await stack.sandbox.control.log()).toEqual([]);
    await stack.database.superuser.query(`delete from "authorization" where requested_by = 'test'`);
  });

  it('D38: its events do not reach a stream', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${stack.url}/v1/events/stream?lastEventId=0`, {
      headers: { authorization: `Bearer ${neighbourToken}` },
      signal: stop.signal,
    });
    let text = '';
    const reading = (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of stream.body ?? []) text += decoder.decode(chunk as Uint8Array);
    })().catch(() => undefined);
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_of_the_first' });
    const own = await neighbour.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_of_the_neighbour' },
    });
    await eventually(() => text.includes(own.body.authorization.id), {
      describe: 'the neighbour hears of its own credential',
    });
    stop.abort();
    await reading;
    expect(text).not.toContain(credential.id);
    expect(text).not.toContain(first());
    expect(await providerLog(stack, 'sandbox', 'key_check')).not.toEqual([]);
  });
});
