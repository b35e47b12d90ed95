import { Console } from 'node:console';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { createHandlers } from '@latchkey/worker/handlers.ts';
import { createLogger } from '@latchkey/core/logger.ts';
import { createGuardedFetch, OutboundError } from '@latchkey/core/outbound';
import { pinnedLookup } from '@latchkey/core/outbound/pinned-lookup.ts';
import { jobNames } from '@latchkey/core/queues';
import { Secret } from '@latchkey/core/secret.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listOperations, stateOf, statusOf } from '../../support/api-routes.ts';
import { followWith, openBrowser, type Browser } from '../../support/browser.ts';
import { Canaries } from '../../support/canaries.ts';
import { dumpDatabase } from '../../support/dump-database.ts';
import { eavesdrop } from '../../support/eavesdrop.ts';
import { addKey, connect, finish } from '../../support/flows.ts';
import { refreshNow, removeNow } from '../../support/provider-checks.ts';
import { startRecordedStack, type RecordingProvider } from '../../support/recording-provider.ts';
import { adminToken, transport, type Stack } from '../../support/stack.ts';
import { watchSealed } from '../../support/watch-sealed.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

const logged: string[] = [];
let stack: Stack;
let provider: RecordingProvider;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ stack, provider, close } = await startRecordedStack(
    { recorded: {} },
    { onLog: (line) => logged.push(line) },
  ));
});

afterAll(() => close());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

/** What a stored credential holds, in clear. */
async function payloadOf(id: string) {
  const [row] = await query('select * from credential where id = $1', [id]);
  const place = { workspaceId: row.workspace_id, record: id, field: 'payload', version: row.token_version };
  return JSON.parse(await stack.api.vault.open(place, row.key_salt, row.sealed));
}

/** A browser that remembers every address that it has seen. */
function watchingBrowser(seen: string[]): Browser {
  const inner = openBrowser();
  const visit: Browser['visit'] = async (url, headers) => {
    const answer = await inner.visit(url, headers);
    seen.push(url, ...(answer.location === null ? [] : [answer.location]));
    return answer;
  };
  return { visit, cookies: () => inner.cookies(), follow: followWith(visit) };
}

describe(`leakage and tenancy (${transport})`, () => {
  it('D33: after a tour no secret is in log, database, events, jobs, notifications or Redis', async () => {
    const canaries = new Canaries();
    canaries.watch('admin token', adminToken, 'lk_test_admin_token_');
    const ear = await eavesdrop(stack, adminToken);
    const apiKey = canaries.make('API key', 'sbx_valid_');
    await addKey(stack, 'sandbox', { apiKey });
    await addKey(stack, 'sandbox', { apiKey: canaries.make('refused API key', 'sbx_invalid_') });
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId: credential.id });
    await refreshNow(stack, credential.id);
    await connect(stack, { provider: 'recorded' });
    await stack.admin.put('/v1/providers/sandbox/oauth-client', {
      clientId: 'own',
      clientSecret: canaries.make('client secret'),
    });
    await stack.admin.delete('/v1/providers/sandbox/oauth-client');
    await stack
      .clientWith(canaries.make('wrong token', 'lk_').replaceAll(/[^\w-]/g, '_'))
      .get('/v1/credentials');
    await watchSealed(stack, canaries);
    const sent = provider.requests.flatMap(({ form }) => [form.get('code'), form.get('code_verifier')]);
    const clientSecret = stack.api.settings.defaultClients.get('recorded')?.clientSecret?.reveal();
    for (const value of [...sent, clientSecret])
      if (typeof value === 'string') canaries.watch('sent to the provider', value);
    const sources = new Map([...(await ear.end()), ['log', logged]]);
    await query('drop schema capture cascade');
    expect(canaries.names().length).toBeGreaterThanOrEqual(8);
    const planted = JSON.stringify({ apiKey });
    expect(canaries.find('planted', planted)).not.toEqual([]);
    for (const [source, texts] of sources) {
      expect(texts.flatMap((text) => canaries.find(source, text))).toEqual([]);
      const isThere = !source.startsWith('Redis') || transport === 'redis';
      if (isThere && !source.includes('notifications'))
        expect([source, texts.join('').length > 100]).toEqual([source, true]);
    }
  });

  it('D34: no secret is in a URL that a browser, a program or we ourselves open; code and state are in the callback’s alone', async () => {
    const seen: string[] = [];
    const browser = watchingBrowser(seen);
    const before = provider.requests.length;
    const { credential } = await connect(stack, { provider: 'recorded', browser });
    const first = await payloadOf(credential.id);
    await refreshNow(stack, credential.id);
    const second = await payloadOf(credential.id);
    await stack.admin.post('/v1/leases', { provider: 'recorded', credentialId: credential.id });
    await removeNow(stack, credential.id);
    const requests = provider.requests.slice(before);
    expect(requests.map(({ path }) => path).toSorted()).toEqual(
      ['authorize', 'me', 'revoke', 'token', 'token'].map((end) => `/recorded/${end}`),
    );
    const exchange = requests.find(({ form }) => form.has('code'));
    const cookies = [...browser.cookies().values()].flatMap((value) => value.split('.'));
    const secrets: string[] = [
      ...[first, second].flatMap(({ accessToken, refreshToken }) => [accessToken, refreshToken]),
      exchange?.form.get('code_verifier') ?? '',
      exchange?.headers.authorization?.slice('Basic '.length) ?? '',
      stack.api.settings.defaultClients.get('recorded')?.clientSecret?.reveal() ?? '',
      ...cookies,
      adminToken,
    ];
    expect(secrets.filter((secret) => secret.length < 16)).toEqual([]);
    const urls = [...seen, ...requests.map(({ url }) => url)];
    expect(urls.filter((url) => secrets.some((secret) => url.includes(secret)))).toEqual([]);

    // The protocol puts these into the browser's address, once; nothing of ours repeats or logs it.
    const callback = new URL(seen.find((url) => url.startsWith(`${stack.url}/oauth/callback/`)) ?? '');
    const [code, state] = [callback.searchParams.get('code') ?? '', callback.searchParams.get('state') ?? ''];
    const ticket = new URL(seen[0] ?? '').pathname.split('/').at(-1) ?? '';
    expect([code.length > 16, state.length, ticket.length]).toEqual([true, 43, 43]);
    expect(urls.filter((url) => url.includes(code)).every((url) => url === callback.href)).toBe(true);
    const log = logged.join('\n');
    expect([code, state, ticket].filter((value) => log.includes(value))).toEqual([]);

    const { body } = await stack.admin.get('/openapi.json');
    type Methods = Record<string, { parameters?: { in: string; name: string }[] }>;
    // A link that is handed to one person, such as a ticket's, is a right by itself: it ends within minutes.
    const known = body.paths as Record<string, Methods>;
    // The other `state` is that of a job.
    const { '/connect/session/{token}': link, '/v1/queues/{name}/jobs': jobs, ...paths } = known;
    expect([link, jobs]).not.toContain(undefined);
    const operations = Object.values(paths);
    const inUrls = operations
      .flatMap((methods) => Object.values(methods).flatMap(({ parameters = [] }) => parameters))
      .filter((parameter) => parameter.in !== 'header')
      .map(({ name }) => name);
    expect(inUrls.length).toBeGreaterThan(20);
    expect(inUrls.filter((name) => /secret|token|password|key|code|state/i.test(name))).toEqual([]);
  });

  it('D35: of all answers that read, and of those that create, only a lease holds a secret', async () => {
    const apiKey = `sbx_valid_only_by_lease_${Date.now()}`;
    const { credential } = await addKey(stack, 'sandbox', { apiKey });
    const oauth = (await connect(stack, { provider: 'sandbox' })).credential;
    const { accessToken, refreshToken } = await payloadOf(oauth.id);
    const clientSecret = 'client-secret-that-nobody-sees';
    await stack.admin.put('/v1/providers/dropbox/oauth-client', { clientId: 'own', clientSecret });
    const made = await stack.admin.post('/v1/service-tokens', { name: 'shown once', role: 'viewer' });
    const secrets = [apiKey, accessToken, refreshToken, clientSecret, made.body.token];
    const reads = (await listOperations(stack)).filter(
      ({ method, path }) => method === 'GET' && !path.endsWith('/stream'),
    );
    expect(reads.length).toBeGreaterThan(15);
    for (const { path } of reads) {
      for (const id of [credential.id, oauth.id]) {
        const concrete = path
          .replace('{id}', id)
          .replace('{provider}', 'dropbox')
          .replaceAll(/\{\w+\}/g, id);
        const { text } = await stack.admin.get(concrete);
        expect([path, secrets.filter((secret) => text.includes(secret))]).toEqual([path, []]);
      }
    }
    const lease = async (credentialId: string) =>
      (await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId })).text;
    const [ofKey, ofToken] = [await lease(credential.id), await lease(oauth.id)];
    expect(secrets.filter((secret) => ofKey.includes(secret))).toEqual([apiKey]);
    expect(secrets.filter((secret) => ofToken.includes(secret))).toEqual([accessToken]);
  });

  it('D36: an address that people type reaches nothing private, in whatever way it is written', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('{}'));
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const literal = [
      '127.0.0.1',
      '10.0.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '168.63.129.16',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[fe80::1]',
      '[fd00::1]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '2130706433',
      '0177.0.0.1',
      '0x7f000001',
      '127.1',
      '%31%32%37.0.0.1',
      '１２７.0.0.1',
    ];
    const resolved: Record<string, string> = {
      'loopback.test': '127.0.0.1',
      'private.test': '10.1.2.3',
      'metadata.test': '169.254.169.254',
      'azure.test': '168.63.129.16',
      'mapped.test': '::ffff:127.0.0.1',
      'local6.test': 'fe80::1',
      'unique.test': 'fd12::1',
    };
    const resolve = async (name: string) => [{ address: resolved[name] ?? '', family: 4 }];
    const fetch = createGuardedFetch({ allowInsecure: [], resolve });
    for (const host of [...literal, ...Object.keys(resolved)]) {
      const call = fetch({ method: 'GET', url: `https://${host}:${port}/` }, 'any_public');
      const error = await call.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(OutboundError);
      const { sent, reason } = error as OutboundError;
      expect([host, sent, reason]).toEqual([host, 'not_sent', 'refused_address']);
    }
    for (const url of [`http://127.0.0.1:${port}`, `http://localhost:${port}`, `https://localhost:${port}`]) {
      const added = await stack.admin.post('/v1/credentials', {
        provider: 'firecrawl',
        fields: { apiKey: 'fc-key', baseUrl: url },
      });
      expect(await finish(stack.admin, added.body.authorization.id)).toMatchObject({
        status: 'failed',
        error: { code: 'request_refused' },
      });
    }
    expect(connections).toBe(0);
    server.close();
  });

  it('D36: the address that was checked is the one that is connected to: a name is resolved once and cannot change its mind', async () => {
    const answers = [
      [
        { address: '10.0.0.1', family: 4 },
        { address: '8.8.8.8', family: 4 },
      ],
      [{ address: '127.0.0.1', family: 4 }],
    ];
    const asked: string[] = [];
    const lookup = pinnedLookup(async (name) => {
      asked.push(name);
      return answers.shift() ?? [];
    });
    const connectedTo = () =>
      new Promise((settle) => {
        lookup('rebinding.test', { all: true }, (error, addresses) => settle(error ?? addresses));
      });
    expect(await connectedTo()).toEqual([{ address: '8.8.8.8', family: 4 }]);
    expect(await connectedTo()).toMatchObject({ reason: 'refused_address' });
    expect(asked).toHaveLength(2);
  });

  it('D37: a secret prints as [secret], however it is printed', () => {
    const value = 'the-value-of-the-secret';
    const secret = new Secret(value);
    // The compiler refuses a secret in a template.
    const asText = secret as unknown as string;
    const lines: string[] = [];
    const log = createLogger({ name: 'test', level: 'trace', write: (line) => lines.push(line) });
    log.info({ secret, nested: { secret }, list: [secret] }, `with ${asText}`);
    log.error({ err: new Error(`about ${asText}`, { cause: { secret } }) });
    const stream = new Writable({ write: (chunk, _encoding, done) => (lines.push(String(chunk)), done()) });
    new Console(stream).log(secret, '%s %o %O %j', secret, { secret });
    const printed = [
      ...lines,
      `a template: ${asText}`,
      String(secret),
      ['', secret].join(),
      JSON.stringify(secret),
      JSON.stringify({ a: [secret] }),
      inspect(secret),
      inspect({ a: { b: [secret] } }, { depth: 9, showHidden: true, getters: true }),
      inspect(new Map([[secret, secret]]), { showHidden: true }),
      format('%s %o %O %j %d', secret, secret, secret, secret, secret),
      JSON.stringify(structuredClone(Object.assign({}, secret))),
      JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(secret))),
    ];
    expect(printed.filter((text) => text.includes(value))).toEqual([]);
    expect([`of ${asText}`, JSON.stringify(secret), inspect(secret)]).toEqual([
      'of [secret]',
      '"[secret]"',
      '[secret]',
    ]);
    expect(lines[0]).toContain('[secret]');
    expect(secret.reveal()).toBe(value);
  });

  it('D38: the id of another workspace is 404 on every route that takes one, and a job in its name does nothing', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const { id: authorizationId } = await refreshNow(stack, credential.id);
    await query(
      `update "authorization" set status = 'queued', finished_at = null, next_attempt_at = now() + interval '1 hour' where id = $1`,
      [authorizationId],
    );
    const { token, workspaceId } = await inNewWorkspace(stack);
    const ids = { '/v1/credentials/{id}': credential.id, '/v1/authorizations/{id}': authorizationId };
    await Promise.all([stack.api.relay.idle(), stack.worker.relay.idle()]);
    const before = await stateOf(stack, stack.api.defaultWorkspaceId);
    let asked = 0;
    for (const { method, path } of await listOperations(stack)) {
      const [start = '', id] = Object.entries(ids).find(([prefix]) => path.startsWith(prefix)) ?? [];
      if (id === undefined) continue;
      asked += 1;
      const concrete = path.replace(start, start.replace('{id}', id));
      const body = method === 'PATCH' ? { name: 'taken over' } : undefined;
      const status = await statusOf(stack, { method, path: concrete }, { token, body });
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    expect(asked).toBeGreaterThanOrEqual(8);
    const inBodies = { body: { provider: 'sandbox', credentialId: credential.id }, token };
    for (const path of ['/v1/leases', '/v1/authorizations'])
      expect([path, await statusOf(stack, { method: 'POST', path }, inBodies)]).toEqual([path, 404]);
    expect(await stateOf(stack, stack.api.defaultWorkspaceId)).toBe(before);
    // Due for the jobs alone: without an event no worker hears of it, and the reconciler comes some seconds later.
    await query(`update "authorization" set next_attempt_at = now() where id = $1`, [authorizationId]);
    const due = await stateOf(stack, stack.api.defaultWorkspaceId);
    const handlers = createHandlers(stack.worker);
    const run = { jobId: 'foreign', signal: new AbortController().signal };
    for (const name of jobNames) await handlers[name]({ workspaceId, authorizationId }, run);
    expect(await stateOf(stack, stack.api.defaultWorkspaceId)).toBe(due);
    await query(`delete from "authorization" where id = $1`, [authorizationId]);
  });

  it('D39: a deletion leaves neither ciphertext nor the salt of its key behind, also not of earlier tokens', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const stored = () =>
      query(
        `select encode(sealed, 'hex') as sealed, encode(key_salt, 'hex') as salt from credential where id = $1
         union all select encode(sealed, 'hex'), encode(key_salt, 'hex') from token_journal where credential_id = $1`,
        [credential.id],
      );
    const before = await stored();
    await refreshNow(stack, credential.id);
    const traces = [...before, ...(await stored())].flatMap(({ sealed, salt }) => [sealed.slice(-64), salt]);
    expect(new Set(traces).size).toBe(5);
    const hits = async () => {
      const lines = await dumpDatabase(stack.database.superuser);
      return traces.filter((trace) => lines.some((line) => line.includes(trace)));
    };
    expect((await hits()).length).toBeGreaterThanOrEqual(4);
    await removeNow(stack, credential.id);
    expect(await hits()).toEqual([]);
  });
});
