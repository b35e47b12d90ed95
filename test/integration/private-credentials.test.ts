import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOperations, stateOf } from '../support/api-routes.ts';
import { openBrowser } from '../support/browser.ts';
import type { Answer, Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { finish } from '../support/flows.ts';
import { signInAs } from '../support/people.ts';
import { openEventStream, type EventStream } from '../support/sse.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
/** Ada writes in one role and leases by a personal token; the others are everybody else in her workspace. */
let ada: Client;
let adasProgram: Client;
let others: Record<string, Client>;
/** Those of the others who are told more than that there is nothing. */
let administrators: Record<string, Client>;
let adaStream: EventStream;
let alanStream: EventStream;
let key: { id: string; authorization: string };
let account: { id: string; authorization: string };
/** A lease of Ada's key. */
let leaseId: string;
let runnerToken: string;

const keyName = 'Project Xanadu';
const accountName = 'Ada beneath the mask';
const nobodys = 'cred_00000000000000000000000000';

beforeAll(async () => {
  stack = await startStack();
  ada = (await signInAs(stack, 'ada@corp.test', 'editor')).client;
  const alan = await signInAs(stack, 'alan@corp.test', 'editor');
  const adaAsAdmin = await signInAs(stack, 'ada@corp.test', 'admin');
  adasProgram = stack.clientWith(await personalToken(adaAsAdmin.client));
  const token = async (role: string) =>
    (await stack.admin.post('/v1/service-tokens', { name: role, role })).body.token;
  runnerToken = await token('runner');
  others = {
    'an editor who is signed in': alan.client,
    'a viewer who is signed in': (await signInAs(stack, 'vera@corp.test', 'viewer')).client,
    'an editor token': stack.clientWith(await token('editor')),
    'a viewer token': stack.clientWith(await token('viewer')),
    'a runner token': stack.clientWith(runnerToken),
  };
  administrators = {
    'an administrator who is signed in': (await signInAs(stack, 'boss@corp.test', 'admin')).client,
    'an admin token of the workspace': stack.clientWith(await token('admin')),
    'the admin token': stack.admin,
  };
  const stream = (cookie: string) =>
    openEventStream(`${stack.url}/v1/events/stream?lastEventId=0`, { headers: { cookie } });
  alanStream = await stream(alan.cookie);
  adaStream = await stream(adaAsAdmin.cookie);

  key = await addPrivateKey(keyName);
  account = await connectPrivately(accountName);
  leaseId = await leaseOf(key.id);
});

afterAll(async () => {
  alanStream.cut();
  adaStream.cut();
  await stack.close();
});

async function personalToken(client: Client): Promise<string> {
  const made = await client.post('/v1/service-tokens', { name: 'p', role: 'runner', personal: true });
  expect(made, made.text).toMatchObject({ status: 201, body: { owner: 'ada@corp.test' } });
  return made.body.token;
}

async function leaseOf(credentialId: string): Promise<string> {
  const lease = await adasProgram.post('/v1/leases', { provider: 'sandbox', credentialId });
  expect(lease, lease.text).toMatchObject({ status: 200, body: { type: 'api_key' } });
  return lease.body.leaseId;
}

async function addPrivateKey(name: string | null) {
  const added = await ada.post('/v1/credentials', {
    provider: 'sandbox',
    name,
    visibility: 'private',
    fields: { apiKey: 'sbx_valid_of_ada' },
  });
  expect(added.status, added.text).toBe(202);
  const authorization: string = added.body.authorization.id;
  expect((await finish(ada, authorization)).status).toBe('succeeded');
  return { id: added.body.credential.id as string, authorization };
}

async function consent(client: Client, body: object) {
  const started = await client.post('/v1/authorizations', { provider: 'sandbox', confirm: false, ...body });
  expect(started.status, started.text).toBe(201);
  await openBrowser().follow(started.body.authorizationUrl);
  return started.body.id as string;
}

async function connectPrivately(name: string) {
  const authorization = await consent(ada, { name, visibility: 'private' });
  const { status, credentialId } = await finish(ada, authorization);
  expect(status).toBe('succeeded');
  return { id: credentialId as string, authorization };
}

/** What nobody but Ada and administrators may ever read. */
const secrets = () => [key.id, key.authorization, account.id, account.authorization, keyName, accountName];

function expectNothingIn(answer: Pick<Answer, 'text'>, what: string) {
  for (const secret of secrets()) expect(answer.text, what).not.toContain(secret);
}

const untold = ({ status, body }: Answer) => ({
  status,
  body: { ...body, requestId: '' },
});

const bodies: Record<string, unknown> = {
  'PATCH /v1/credentials/{id}': { name: 'taken over', fields: { apiKey: 'sbx_valid_of_somebody' } },
  'POST /v1/leases/{id}/report': { outcome: 'rejected', status: 401 },
};

/** Every call under an id of Ada's, and the id that goes in. */
async function operationsOnIds() {
  const ids: Record<string, string[]> = {
    '/v1/credentials': [key.id, account.id],
    '/v1/authorizations': [key.authorization, account.authorization],
    '/v1/leases': [leaseId],
  };
  const operations = await listOperations(stack);
  return operations.flatMap(({ method, path, permission }) =>
    Object.entries(ids)
      .filter(([collection]) => path.startsWith(`${collection}/{id}`))
      .flatMap(([, each]) => each.map((id) => ({ name: `${method} ${path}`, method, path, permission, id }))),
  );
}

describe(`a private credential (${transport})`, () => {
  it('console A29: the answer says what its reader may do with it', async () => {
    const accessOf = async (client: Client) => {
      const one = await client.get(`/v1/credentials/${key.id}`);
      const { items } = (await client.get('/v1/credentials')).body;
      const inList = items.find(({ id }: { id: string }) => id === key.id);
      return [one.body.access, inList.access];
    };
    expect(await accessOf(ada)).toEqual(['use', 'use']);
    for (const [who, client] of Object.entries(administrators))
      expect(await accessOf(client), who).toEqual(['manage', 'manage']);
  });

  it('is as if it did not exist, for every member but administrators, on every call that takes an id', async () => {
    const operations = await operationsOnIds();
    expect(new Set(operations.map(({ name }) => name)).size).toBeGreaterThanOrEqual(9);
    const before = await stateOf(stack, stack.api.defaultWorkspaceId);
    let asked = 0;
    for (const [who, client] of Object.entries(others)) {
      for (const { name, method, path, id } of operations) {
        const call = (with_: string) => {
          const query = method === 'DELETE' ? '?force=true' : '';
          const body = bodies[name];
          return client.call(method, path.replace('{id}', with_) + query, body === undefined ? {} : { body });
        };
        const answer = await call(id);
        if (answer.status === 403) {
          expect(answer.body.code, `${who}: ${name}`).toBe('forbidden');
          continue;
        }
        asked += 1;
        const unknown = await call(id.replace(/[^_]+$/, '0'.repeat(26)));
        expect(answer.status, `${who}: ${name}`).toBe(404);
        expect(untold(answer), `${who}: ${name}`).toEqual(untold(unknown));
      }
    }
    expect(asked).toBeGreaterThan(30);
    expect(await stateOf(stack, stack.api.defaultWorkspaceId)).toBe(before);
  });

  it('is in no list, log or stream of theirs, not even by name, while its owner and administrators have it there', async () => {
    const lists = [
      '/v1/credentials?limit=200',
      '/v1/authorizations?limit=200',
      `/v1/authorizations?credentialId=${key.id}`,
      '/v1/events?limit=200',
      `/v1/events?subject=${key.id}`,
      `/v1/events?subject=${account.authorization}`,
      '/v1/audit?limit=200',
      `/v1/audit?subject=${key.id}`,
      `/v1/audit?subject=${account.authorization}`,
    ];
    await eventually(async () => (await ada.get(`/v1/audit?subject=${key.id}`)).body.items.length >= 3, {
      describe: 'creation, check and lease are in the audit',
    });
    await eventually(() => adaStream.frames.some(({ data }) => JSON.stringify(data).includes(account.id)), {
      describe: 'an administrator’s stream has the account',
    });
    for (const path of lists) {
      for (const [who, client] of Object.entries({ ada, ...administrators })) {
        const answer = await client.get(path);
        const found = secrets().some((secret) => answer.text.includes(secret));
        expect([answer.status, found], `${who}: ${path}`).toEqual([200, true]);
      }
      for (const [who, client] of Object.entries(others)) {
        const answer = await client.get(path);
        if (who === 'a runner token') expect(answer.status).toBe(403);
        else
          expect([answer.status, answer.body.items.length === 0 || !path.includes('=cred')]).toEqual([
            200,
            true,
          ]);
        const { text } = answer;
        // The path of the request is quoted in no answer, so nothing of it can be in there.
        expectNothingIn({ text }, `${who}: ${path}`);
        if (path.includes('subject=') || path.includes('credentialId='))
          expect(answer.body.nextCursor ?? null).toBeNull();
      }
    }
    // The stream has gone on past all of it.
    const shared = await others['an editor who is signed in']!.post('/v1/authorizations', {
      provider: 'notion',
    });
    await eventually(() => alanStream.frames.some(({ data }) => data['subject'] === shared.body.id), {
      describe: 'the stream goes on',
    });
    expectNothingIn({ text: JSON.stringify(alanStream.frames) }, 'the stream of another member');
    const sequences = alanStream.frames.map(({ id }) => id);
    expect(sequences).toEqual([...new Set(sequences)].toSorted());
  });

  it('a refusal for the role that names it is not in the audit of others either', async () => {
    const refused = await others['a runner token']!.get(`/v1/credentials/${key.id}`);
    expect(refused.status).toBe(403);
    await eventually(
      async () =>
        (await stack.admin.get('/v1/audit?limit=200')).text.includes(`GET /v1/credentials/${key.id}`),
      { describe: 'administrators read of the refusal' },
    );
    expectNothingIn(await others['a viewer token']!.get('/v1/audit?limit=200'), 'a viewer');
  });

  it('is in the export of the audit, which is for administrators alone', async () => {
    for (const [who, client] of Object.entries(others))
      expect(await client.get('/v1/audit/export'), who).toMatchObject({
        status: 403,
        body: { code: 'forbidden' },
      });
    expect((await stack.admin.get('/v1/audit/export')).text).toContain(key.id);
  });

  it('is leased by its owner’s programs alone, and never for the asking of a provider', async () => {
    const { 'a runner token': runner } = others;
    const ask = (client: Client, credentialId?: string) =>
      client.post('/v1/leases', {
        provider: 'sandbox',
        ...(credentialId === undefined ? {} : { credentialId }),
      });
    for (const id of [key.id, account.id]) {
      expect((await ask(adasProgram, id)).status).toBe(200);
      expect(untold(await ask(runner!, id))).toEqual(untold(await ask(runner!, nobodys)));
      for (const [who, client] of Object.entries(administrators))
        expect(await ask(client, id), who).toMatchObject({ status: 403, body: { code: 'owner_only' } });
    }
    // Nothing but private ones is there: not even its owner gets one without naming it.
    expect(untold(await ask(runner!))).toEqual(untold(await ask(runner!, nobodys)));
    expect((await ask(adasProgram)).status).toBe(404);
    const { credential } = (
      await stack.admin.post('/v1/credentials', {
        provider: 'sandbox',
        fields: { apiKey: 'sbx_valid_of_all' },
      })
    ).body;
    expect(credential).toMatchObject({ isDefault: true, owner: null, visibility: 'workspace' });
    for (const client of [runner!, adasProgram]) {
      const lease = await ask(client);
      expect(lease.body).toMatchObject({
        credentialId: credential.id,
        fields: { apiKey: 'sbx_valid_of_all' },
      });
    }
  });

  it('an answer that many leases share goes only to those who may have it', async () => {
    const { 'a runner token': runner } = others;
    const asks = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? adasProgram : runner!).post('/v1/leases', {
        provider: 'sandbox',
        credentialId: key.id,
      }),
    );
    const statuses = (await Promise.all(asks)).map(({ status }) => status);
    expect(statuses).toEqual(statuses.map((_, index) => (index % 2 === 0 ? 200 : 404)));
  });

  it('an administrator sees what it is, and changes, uses and reports nothing of it', async () => {
    for (const [who, client] of Object.entries(administrators)) {
      const seen = await client.get(`/v1/credentials/${key.id}`);
      expect(seen.body, who).toMatchObject({ name: keyName, owner: 'ada@corp.test', visibility: 'private' });
      expect((await client.get(`/v1/credentials/${account.id}/attempts`)).status).toBe(200);
      expect((await client.get(`/v1/authorizations/${account.authorization}`)).status).toBe(200);
      const refused = [
        await client.patch(`/v1/credentials/${key.id}`, { name: 'x' }),
        await client.patch(`/v1/credentials/${key.id}`, { fields: { apiKey: 'sbx_valid_x' } }),
        await client.patch(`/v1/credentials/${key.id}`, { visibility: 'workspace' }),
        await client.post(`/v1/credentials/${key.id}/validate`),
        await client.post(`/v1/credentials/${account.id}/refresh`),
        await client.post('/v1/authorizations', { provider: 'sandbox', credentialId: account.id }),
        await client.post(`/v1/authorizations/${account.authorization}/cancel`),
        await client.post(`/v1/leases/${leaseId}/report`, { outcome: 'rejected', status: 401 }),
      ];
      for (const answer of refused)
        expect(answer, who).toMatchObject({ status: 403, body: { code: 'owner_only' } });
    }
  });

  it('its owner does with it what the role permits', async () => {
    expect((await ada.patch(`/v1/credentials/${key.id}`, { name: keyName })).status).toBe(200);
    const checked = await ada.post(`/v1/credentials/${key.id}/validate`);
    expect((await finish(ada, checked.body.authorization.id)).status).toBe('succeeded');
    expect((await ada.get(`/v1/credentials/${account.id}/attempts`)).status).toBe(200);
    const again = await consent(ada, { credentialId: account.id });
    expect(await finish(ada, again)).toMatchObject({ status: 'succeeded', credentialId: account.id });
    const report = await adasProgram.post(`/v1/leases/${leaseId}/report`, {
      outcome: 'rejected',
      status: 401,
    });
    expect(report.status).toBe(202);
    // A session does not lease for an editor, not even the own.
    expect((await ada.post('/v1/leases', { provider: 'sandbox', credentialId: key.id })).status).toBe(403);
  });

  it('belongs to a person: tokens without one, and the admin token, have none', async () => {
    for (const client of [others['an editor token']!, stack.admin]) {
      for (const [path, body] of [
        ['/v1/credentials', { fields: { apiKey: 'sbx_valid_x' } }],
        ['/v1/authorizations', {}],
      ] as const) {
        const answer = await client.post(path, { provider: 'sandbox', visibility: 'private', ...body });
        expect(answer, path).toMatchObject({
          status: 400,
          body: { code: 'validation_failed', errors: [{ path: 'visibility' }] },
        });
      }
    }
    for (const client of [stack.admin, adasProgram, stack.clientWith(runnerToken)]) {
      const answer = await client.post('/v1/service-tokens', { name: 'x', role: 'runner', personal: true });
      expect([400, 403]).toContain(answer.status);
    }
  });

  it('its name is taken for everybody, generated names go around it, and neither says whose it is', async () => {
    const alan = others['an editor who is signed in']!;
    const add = (name: string | null) =>
      alan.post('/v1/credentials', { provider: 'sandbox', name, fields: { apiKey: 'sbx_valid_of_alan' } });
    const hidden = await addPrivateKey(null);
    const { name } = (await ada.get(`/v1/credentials/${hidden.id}`)).body;
    const generated = await add(null);
    expect(generated.status, generated.text).toBe(202);
    expect(generated.body.credential.name).not.toBe(name);
    const taken = await add(keyName);
    expect(taken).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    for (const secret of [key.id, 'ada@corp.test']) expect(taken.text).not.toContain(secret);
    const shared = generated.body.credential.id;
    expect(await alan.patch(`/v1/credentials/${shared}`, { name: keyName })).toMatchObject({ status: 409 });
  });
});

describe(`who sees a credential is for its owner to say (${transport})`, () => {
  const alan = () => others['an editor who is signed in']!;
  const addShared = async (client: Client) => {
    const added = await client.post('/v1/credentials', {
      provider: 'jina_reader',
      fields: { apiKey: `jina_${'a'.repeat(32)}` },
    });
    expect(added.status, added.text).toBe(202);
    return added.body.credential as { id: string; isDefault: boolean; name: string };
  };
  const see = async (client: Client, id: string) => (await client.get(`/v1/credentials/${id}`)).status;

  it('makes it private and the workspace’s again; the default moves and comes back to where there is none', async () => {
    const mine = await addShared(ada);
    expect(mine.isDefault).toBe(true);
    const hidden = await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'private' });
    expect(hidden, hidden.text).toMatchObject({
      status: 200,
      body: { visibility: 'private', isDefault: false },
    });
    expect(await see(alan(), mine.id)).toBe(404);
    expect((await alan().get(`/v1/events?subject=${mine.id}`)).body.items).toEqual([]);
    const theirs = await addShared(alan());
    expect(theirs.isDefault).toBe(true);
    expect(await ada.patch(`/v1/credentials/${mine.id}`, { isDefault: true })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'isDefault' }] },
    });
    const shown = await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'workspace', isDefault: true });
    expect(shown.body).toMatchObject({ visibility: 'workspace', isDefault: true });
    expect(await see(alan(), mine.id)).toBe(200);
    // Hidden again, the oldest that is left for all becomes the default; alone, it does when it is shown.
    await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'private' });
    expect((await alan().get(`/v1/credentials/${theirs.id}`)).body.isDefault).toBe(true);
    await alan().delete(`/v1/credentials/${theirs.id}?force=true`);
    const alone = await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'workspace' });
    expect(alone.body).toMatchObject({ isDefault: true });
    await eventually(async () => (await alan().get(`/v1/events?subject=${mine.id}`)).body.items.length > 0, {
      describe: 'its events are there for all',
    });
  });

  it('nobody else does, whatever their role; saying what is the case is no change', async () => {
    const mine = await addShared(ada);
    for (const client of [alan(), ...Object.values(administrators)]) {
      expect(await client.patch(`/v1/credentials/${mine.id}`, { visibility: 'private' })).toMatchObject({
        status: 403,
        body: { code: 'owner_only' },
      });
      expect((await client.patch(`/v1/credentials/${mine.id}`, { visibility: 'workspace' })).status).toBe(
        200,
      );
    }
    const ofNobody = await addShared(others['an editor token']!);
    expect(await ada.patch(`/v1/credentials/${ofNobody.id}`, { visibility: 'private' })).toMatchObject({
      status: 403,
    });
  });

  it('an answer that was stored under an Idempotency-Key is not repeated to those from whom it has been hidden', async () => {
    const mine = await addShared(ada);
    const check = () =>
      alan().post(`/v1/credentials/${mine.id}/validate`, undefined, {
        headers: { 'idempotency-key': 'once' },
      });
    const first = await check();
    expect(first.status, first.text).toBe(202);
    expect((await check()).headers.get('idempotency-replayed')).toBe('true');
    await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'private' });
    const hidden = await check();
    expect(hidden).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
    expect(hidden.text).not.toContain(first.body.authorization.id);
  });

  it('a connection that somebody began before it became private does not replace what it holds', async () => {
    const shared = await finish(ada, await consent(ada, { name: 'To be hidden' }));
    const id: string = shared.credentialId;
    const started = await alan().post('/v1/authorizations', {
      provider: 'sandbox',
      credentialId: id,
      allowAccountChange: true,
      confirm: false,
    });
    expect(started.status, started.text).toBe(201);
    await ada.patch(`/v1/credentials/${id}`, { visibility: 'private' });
    await openBrowser().follow(started.body.authorizationUrl);
    const ended = await eventually(
      async () => {
        const { body } = await ada.get(`/v1/authorizations/${started.body.id}`);
        return body.finishedAt === null ? null : body;
      },
      { describe: 'the exchange ends' },
    );
    expect(ended).toMatchObject({ status: 'failed', error: { code: 'credential_gone' } });
    expect((await ada.get(`/v1/credentials/${id}`)).body.tokenVersion).toBe(1);
    expect((await alan().get(`/v1/authorizations/${started.body.id}`)).status).toBe(404);
  });

  it('a lease that waits for it gets nothing once it has become private', async () => {
    const mine = await addShared(ada);
    await eventually(async () => (await ada.get(`/v1/credentials/${mine.id}`)).body.status !== 'pending', {
      describe: 'the key is checked',
    });
    await stack.database.superuser.query(`update credential set status = 'pending' where id = $1`, [mine.id]);
    const waiting = stack
      .clientWith(runnerToken)
      .post('/v1/leases', { provider: 'jina_reader', credentialId: mine.id, waitSeconds: 20 });
    await eventually(
      async () => (await stack.admin.get('/metrics')).text.match(/^latchkey_leases_waiting [1-9]/m) !== null,
      { describe: 'the lease waits' },
    );
    await ada.patch(`/v1/credentials/${mine.id}`, { visibility: 'private' });
    expect(await waiting).toMatchObject({ status: 404, body: { code: 'credential_not_found' } });
  });

  it('an administrator deletes a private one, and it stays hidden when it is gone', async () => {
    const gone = await addPrivateKey('Soon gone');
    const removed = await administrators['an admin token of the workspace']!.delete(
      `/v1/credentials/${gone.id}?force=true`,
    );
    expect(removed.status, removed.text).toBe(202);
    await eventually(async () => (await see(stack.admin, gone.id)) === 404, { describe: 'it is erased' });
    await eventually(
      async () => (await stack.admin.get(`/v1/audit?subject=${gone.id}`)).text.includes('credential.erased'),
      {
        describe: 'the audit says so',
      },
    );
    for (const path of [
      '/v1/authorizations?limit=200',
      '/v1/events?limit=200',
      '/v1/audit?limit=200',
      `/v1/events?subject=${gone.id}`,
      `/v1/audit?subject=${gone.id}`,
    ]) {
      const { text } = await alan().get(path);
      for (const secret of [gone.id, gone.authorization, removed.body.authorization.id, 'Soon gone'])
        expect(text, path).not.toContain(secret);
    }
  });

  it('the page of a connection shows a private one to its browser and its owner alone', async () => {
    const follow = (client: Client) => client.get(`/oauth/status/${account.authorization}`);
    expect((await follow(ada)).body).toMatchObject({ credentialId: account.id });
    expect((await follow(administrators['an administrator who is signed in']!)).status).toBe(200);
    expect((await follow(alan())).status).toBe(404);
    expect((await follow(stack.clientWith(null))).status).toBe(404);
  });
});
