import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { classifyOutboundError } from '@latchkey/core/auth-methods/classify-failure.ts';
import { expiresInPolicy } from '@latchkey/core/auth-methods/expires-in.ts';
import { openPayload } from '@latchkey/core/credentials/payload.ts';
import { createGuardedFetch, hostIsAllowed, OutboundError, outboundLimits } from '@latchkey/core/outbound';
import { builtInProviders } from '@latchkey/core/providers/catalogue.ts';
import { endpointsOf } from '@latchkey/core/providers/endpoints.ts';
import { oauth2Method, type OAuth2Method, type Provider } from '@latchkey/core/providers';
import { leaseSeconds } from '@latchkey/core/refresh/refresh-lease.ts';
import { mostSecondsBeforeSending } from '@latchkey/core/refresh/present.ts';
import { readSettings } from '@latchkey/core/settings.ts';
import { hasOpenssl, makeCertificate } from '@latchkey/core/testing/certificate.ts';
import { fingerprint, type LogEntry } from '@latchkey/sandbox';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, finish, providerLog } from '../../support/flows.ts';
import { refreshNow, removeNow } from '../../support/provider-checks.ts';
import { answerJson, startRecordedStack, type RecordingProvider } from '../../support/recording-provider.ts';
import { openConnection, type Effect } from '../../support/refreshes.ts';
import { transport, type Stack } from '../../support/stack.ts';

let stack: Stack;
let provider: RecordingProvider;
let close: () => Promise<void>;
/** Everything that the sandbox's providers heard while one account of each was connected, refreshed and deleted. */
let tour: LogEntry[];

const toured = ['sandbox', 'notion', 'google_drive', 'dropbox', 'onedrive'] as const;
const authentications = ['client_secret_basic', 'client_secret_post', 'none'] as const;

beforeAll(async () => {
  ({ stack, provider, close } = await startRecordedStack(
    Object.fromEntries(authentications.map((way) => [`by_${way}`, { clientAuthentication: way }])),
  ));
  await Promise.all(
    toured.map(async (id) => {
      const { credential } = await connect(stack, { provider: id });
      for (let times = 0; times < 2; times += 1) await refreshNow(stack, credential.id);
      await removeNow(stack, credential.id);
    }),
  );
  tour = await stack.sandbox.control.log();
});

afterAll(() => close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

const by = 'by_client_secret_basic';
const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

const isAboutTokens = ({ endpoint }: LogEntry) => endpoint.startsWith('token.');

async function failureOf(call: Promise<unknown>): Promise<OutboundError> {
  const error = await call.then(
    () => new Error('the call was expected to fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OutboundError);
  return error as OutboundError;
}

const get = (url: string) => ({ method: 'GET', url }) as const;

describe(`the token client (${transport})`, () => {
  it('B14: plain http leaves for no origin that is not on the list, and production has no such list by itself', async () => {
    const fetch = createGuardedFetch({ allowInsecure: ['http://127.0.0.1:1'] });
    for (const url of [`${provider.origin}/x`, 'http://example.com/', 'ftp://example.com/'])
      expect((await failureOf(fetch(get(url), 'any_public'))).reason).toBe('refused_url');
    const production = { NODE_ENV: 'production', DATABASE_URL: 'postgres://a@b/c' };
    for (const name of ['OUTBOUND_ALLOW_INSECURE', 'NODE_TLS_REJECT_UNAUTHORIZED']) {
      const value = name.startsWith('NODE') ? '0' : 'http://a.test';
      expect(() => readSettings({ ...production, [name]: value })).toThrow(
        `${name}: is refused in production`,
      );
    }
  });

  it.skipIf(!hasOpenssl)(
    'B14: a certificate that nobody vouches for ends the call before it is sent, also with NODE_TLS_REJECT_UNAUTHORIZED=0',
    async () => {
      let requests = 0;
      const server = createTlsServer(makeCertificate(['localhost']), (_request, response) => {
        requests += 1;
        response.end('{}');
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        const fetch = createGuardedFetch({ allowInsecure: [origin] });
        expect(await failureOf(fetch(get(origin), 'any_public'))).toMatchObject({
          sent: 'not_sent',
          reason: 'connect_failed',
        });
        expect(requests).toBe(0);
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
        server.close();
      }
    },
  );

  it('B15: a redirect is followed at no endpoint', async () => {
    const redirect = (status: number) =>
      [(response) => response.writeHead(status, { location: '/elsewhere/again' }).end()] as [
        Parameters<RecordingProvider['once']>[1],
      ];
    provider.once('/token', ...redirect(302));
    expect((await connect(stack, { provider: by })).authorization).toMatchObject({ status: 'failed' });
    provider.once('/me', ...redirect(301));
    const { credential } = await connect(stack, { provider: by });
    provider.once('/token', ...redirect(307));
    await refreshNow(stack, credential.id);
    provider.once('/revoke', ...redirect(308));
    await removeNow(stack, credential.id);
    expect(provider.to('/me').length).toBeGreaterThan(0);
    expect(provider.to('/revoke').length).toBeGreaterThan(0);
    expect(provider.requests.filter(({ path }) => path.startsWith('/elsewhere'))).toEqual([]);
  });

  it('B16: a call is over long before the lease that protects it, and its answer has 64 KiB at most', async () => {
    const { connectTimeoutMs, totalTimeoutMs, maxBodyBytes } = outboundLimits;
    expect(connectTimeoutMs).toBeLessThan(totalTimeoutMs);
    // A second for the last look at what has arrived, and for a timer that is late.
    expect(mostSecondsBeforeSending * 1000 + totalTimeoutMs + 1000).toBeLessThan(leaseSeconds * 1000);
    expect(maxBodyBytes).toBe(65_536);
    const server = createHttpServer((request, response) => {
      if (request.url === '/hang') return;
      response.end('x'.repeat(Number(request.url?.slice(1))));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetch = createGuardedFetch({ allowInsecure: [origin] });
    expect((await fetch(get(`${origin}/65536`), 'any_public')).text).toHaveLength(65_536);
    expect(await failureOf(fetch(get(`${origin}/65537`), 'any_public'))).toMatchObject({
      sent: 'unknown',
      reason: 'body_too_large',
    });
    const impatient = createGuardedFetch({ allowInsecure: [origin], totalTimeoutMs: 50 });
    expect(await failureOf(impatient(get(`${origin}/hang`), 'any_public'))).toMatchObject({
      reason: 'timeout',
    });
    server.closeAllConnections();
    server.close();
  });

  it.each([
    ['a page', '<html>'],
    ['a list', '["access_token"]'],
    ['half of an answer', '{"access_token":"a'],
    ['a token that is no string', '{"access_token":{"a":1}}'],
  ])('B16: %s is no answer', async (_what, text) => {
    provider.once('/token', (response) => response.writeHead(200).end(text));
    const { authorization } = await connect(stack, { provider: by });
    expect(authorization).toMatchObject({ status: 'failed', credentialId: null });
  });

  it('B17: a client authenticates in the one way of its definition, and never in two', async () => {
    const waysOf: Record<string, string> = {
      client_secret_basic: 'basic',
      client_secret_post: 'body',
      none: 'none',
    };
    for (const { id, method } of methods()) {
      const ways = new Set(
        tour
          .filter((each) => each.provider === id && isAboutTokens(each))
          .map((each) => each.clientAuthentication),
      );
      expect([id, [...ways]]).toEqual([id, [waysOf[method.clientAuthentication]]]);
    }
    expect(tour.filter(({ clientAuthentication }) => clientAuthentication === 'basic+body')).toEqual([]);

    await Promise.all(
      authentications.map(async (way) => {
        const { credential } = await connect(stack, { provider: `by_${way}` });
        await refreshNow(stack, credential.id);
        await removeNow(stack, credential.id);
      }),
    );
    for (const way of authentications) {
      const sent = [...provider.to(`by_${way}/token`), ...provider.to(`by_${way}/revoke`)];
      expect(sent.length).toBeGreaterThanOrEqual(3);
      for (const { headers, form } of sent) {
        expect([way, headers.authorization !== undefined]).toEqual([way, way === 'client_secret_basic']);
        expect([way, form.has('client_secret')]).toEqual([way, way === 'client_secret_post']);
      }
    }
  });

  it('B18: a code whose exchange ended in the dark is not presented again, and connecting anew works', async () => {
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.code',
      fault: 'reset_after_commit',
    });
    const { authorization } = await connect(stack, { provider: 'sandbox' });
    expect(authorization).toMatchObject({
      status: 'failed',
      credentialId: null,
      error: { code: 'exchange_outcome_unknown', retryable: false, actor: 'user' },
    });
    expect(await providerLog(stack, 'sandbox', 'token.code')).toHaveLength(1);
    expect((await connect(stack, { provider: 'sandbox' })).authorization).toMatchObject({
      status: 'succeeded',
    });
    const codes = (await providerLog(stack, 'sandbox', 'token.code')).map(
      ({ presented }) => presented?.fingerprint,
    );
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('B19: an answer without a refresh token keeps the one there is', async () => {
    const { credential } = await connect(stack, { provider: by });
    const before = provider.to(`${by}/token`).length;
    const onlyAccess = { access_token: 'only-an-access-token', token_type: 'bearer', expires_in: 3600 };
    for (const refreshToken of [{}, { refresh_token: null }, { refresh_token: '' }]) {
      provider.once('/token', (response) => answerJson(response, 200, { ...onlyAccess, ...refreshToken }));
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
    }
    await refreshNow(stack, credential.id);
    const presented = provider
      .to(`${by}/token`)
      .slice(before)
      .map(({ form }) => form.get('refresh_token'));
    expect(presented).toHaveLength(4);
    expect(new Set(presented).size).toBe(1);
  });

  it('B19: a new refresh token and its access token are visible together or not at all', async () => {
    await query(`create table seen as select id, key_salt, sealed, token_version from credential where false;
      create function see() returns trigger language plpgsql as $$ begin
        insert into seen values (new.id, new.key_salt, new.sealed, new.token_version); return new; end $$;
      create trigger see after insert or update on credential for each row execute function see()`);
    const connection = await openConnection(stack);
    for (let times = 0; times < 3; times += 1) await connection.refreshed();
    await query('drop trigger see on credential');
    const log = [...(await providerLog(stack, 'sandbox', 'token.code')), ...(await connection.log())];
    const issued = log.map((each) => `${each.issued?.accessToken} ${each.issued?.refreshToken}`);
    const pairs = new Set<string>();
    for (const row of await query('select * from seen where id = $1', [connection.id])) {
      const owner = {
        id: row.id,
        workspaceId: stack.api.defaultWorkspaceId,
        tokenVersion: row.token_version,
      };
      const payload = await openPayload(stack.api, { ...owner, keySalt: row.key_salt, sealed: row.sealed });
      if (payload.kind === 'oauth2')
        pairs.add(`${fingerprint(payload.accessToken)} ${fingerprint(payload.refreshToken ?? '')}`);
    }
    expect([...pairs].toSorted()).toEqual(issued.toSorted());
    expect(pairs.size).toBe(4);
  });

  it('B20: every odd expires_in has its policy', () => {
    const odd = [undefined, null, 0, -60, Number.NaN, '', 'soon', '-5', {}, [60], true];
    for (const value of odd) {
      expect([value, expiresInPolicy(value, 3600), expiresInPolicy(value, null)]).toEqual([
        value,
        3600,
        null,
      ]);
    }
    const tenYears = 315_360_000;
    for (const value of [1e300, Number.POSITIVE_INFINITY, '99999999999'])
      expect(expiresInPolicy(value, 1)).toBe(tenYears);
    expect([expiresInPolicy('7200', null), expiresInPolicy(7200.9, null), expiresInPolicy(1, null)]).toEqual([
      7200, 7200, 1,
    ]);
  });

  it('B20: a life counts from before the request, however slow the answer is', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'delay', ms: 1200, phase: 'after' });
    expect(await connection.refreshed()).toMatchObject({ status: 'succeeded' });
    const [life] = await query(
      `select extract(epoch from c.expires_at - a.started_at)::float8 as known, token_lifetime_seconds as told
       from credential c join refresh_attempt a on a.credential_id = c.id where c.id = $1`,
      [connection.id],
    );
    expect(life.told).toBe(120);
    expect(life.known).toBeLessThanOrEqual(120);
  });

  it('B21: invalid_grant is final: nothing is called after it, whoever asks', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'invalid_grant' });
    expect(await connection.refreshed()).toMatchObject({
      status: 'failed',
      error: { code: 'grant_revoked' },
    });
    const lease = { provider: 'sandbox', credentialId: connection.id };
    const asked = [
      await stack.admin.post(`/v1/credentials/${connection.id}/refresh`),
      await stack.admin.post('/v1/leases', lease),
    ];
    expect(asked.map(({ status }) => status)).toEqual([409, 409]);
    expect(await connection.row()).toMatchObject({
      status: 'reauthorization_required',
      next_refresh_at: null,
    });
    expect(await connection.log()).toHaveLength(1);
  });

  it('B21: 429, 5xx and a deadline are tried again', async () => {
    const passing: Effect[] = [
      { fault: 'rate_limited', retryAfterSeconds: 1 },
      { fault: 'server_error', status: 503 },
    ];
    const connections = await Promise.all(passing.map(() => openConnection(stack, { provider: 'dropbox' })));
    for (const [index, effect] of passing.entries()) await connections[index]?.spoil(effect);
    const outcomes = await Promise.all(connections.map((connection) => connection.refreshed()));
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'succeeded', error: null });
    for (const connection of connections) expect((await connection.log()).length).toBeGreaterThanOrEqual(2);
    for (const reason of ['timeout', 'connect_timeout', 'connection_broken'] as const)
      expect(classifyOutboundError(new OutboundError('unknown', reason, '')).failure.retryable).toBe(true);
  });

  it('B21: invalid_client is the client’s fault, and costs no account', async () => {
    const connection = await openConnection(stack, { provider: 'google_drive' });
    await connection.spoil({ fault: 'invalid_client' });
    expect(await connection.refreshed()).toMatchObject({
      status: 'failed',
      error: { code: 'client_misconfigured', actor: 'admin' },
    });
    expect(await connection.row()).toMatchObject({ status: 'active', token_version: 1 });
    expect(await connection.log()).toHaveLength(1);
  });

  it('B22: the refresh token is revoked, 200 is success, 503 is tried again by the database’s memory', async () => {
    const connection = await openConnection(stack);
    const issued = (await providerLog(stack, 'sandbox', 'token.code')).at(-1)?.issued;
    await connection.spoil({ fault: 'server_error', status: 503 }, 'revoke');
    const removal = await stack.admin.delete(`/v1/credentials/${connection.id}?force=true`);
    const { id } = removal.body.authorization;
    expect(await finish(stack.admin, id)).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
    const log = await connection.log('revoke');
    expect(log.map(({ status }) => status)).toEqual([503, 200]);
    expect(log.map(({ presented }) => presented?.fingerprint)).toEqual(Array(2).fill(issued?.refreshToken));
    expect(await query('select id from credential where id = $1', [connection.id])).toEqual([]);
  });

  it('B22: what the provider refuses to revoke is erased here all the same, and that is said', async () => {
    const connection = await openConnection(stack);
    await connection.spoil({ fault: 'ok_with_error', error: 'sorry', description: 'no' }, 'revoke');
    const removal = await stack.admin.delete(`/v1/credentials/${connection.id}?force=true`);
    expect(await finish(stack.admin, removal.body.authorization.id)).toMatchObject({
      error: { code: 'revocation_failed' },
    });
    expect(await query('select id from credential where id = $1', [connection.id])).toEqual([]);
  });

  it('B23: each token goes to the provider that issued it, and to nobody else', () => {
    const issuers = new Map<string, string>();
    for (const { provider: issuer, issued } of tour)
      for (const token of [issued?.accessToken, issued?.refreshToken, issued?.code])
        if (typeof token === 'string') issuers.set(token, issuer);
    const presented = tour.filter((each) => each.presented !== null);
    const kinds = new Set(presented.map((each) => each.presented?.kind));
    expect(kinds).toEqual(new Set(['access_token', 'code', 'refresh_token', 'token']));
    expect(new Set(presented.map((each) => each.provider))).toEqual(new Set(toured));
    for (const id of toured) {
      const refreshes = tour.filter((each) => each.provider === id && each.endpoint === 'token.refresh');
      expect([id, refreshes.map(({ outcome }) => outcome)]).toEqual([id, ['succeeded', 'succeeded']]);
    }
    for (const entry of presented) {
      const { kind, fingerprint: token } = entry.presented ?? { kind: '', fingerprint: '' };
      expect([kind, entry.provider]).toEqual([kind, issuers.get(token)]);
    }
    const refreshTokensElsewhere = tour.filter(
      (entry) => entry.presented?.kind === 'refresh_token' && entry.endpoint !== 'token.refresh',
    );
    expect(refreshTokensElsewhere).toEqual([]);
  });

  it('B23: a host that the definition does not list is not called, whatever stands in an address', async () => {
    const fetch = createGuardedFetch({ allowInsecure: [provider.origin] });
    const before = provider.requests.length;
    for (const hosts of [['api.acme.test'], [], ['127.0.0.1.acme.test']])
      expect((await failureOf(fetch(get(`${provider.origin}/me`), hosts))).reason).toBe('refused_host');
    expect(provider.requests).toHaveLength(before);
    const elsewhere = builtInProviders.flatMap((each) =>
      endpointsOf(each)
        .filter(
          ({ path, url }) =>
            !path.endsWith('authorizationEndpoint') && !hostIsAllowed(url, each.allowedHosts),
        )
        .map(({ path }) => `${each.id} ${path}`),
    );
    expect(elsewhere).toEqual([]);
  });
});

function methods(): { id: string; method: OAuth2Method }[] {
  const known: readonly Provider[] = builtInProviders;
  return known.flatMap((each) => {
    const method = oauth2Method(each);
    return method === null ? [] : [{ id: each.id, method }];
  });
}
