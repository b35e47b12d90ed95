import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addKey, finish, providerLog } from '../../support/flows.ts';
import {
  arrivedApart,
  credentialOf,
  leaseOf,
  removeNow,
  untilRetrying,
} from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

const provider = 'firecrawl';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(async () => {
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
});

/** A server on loopback that nobody allowed, and how many connections it has seen. */
async function openForbidden() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => server.close(),
  };
}

describe(`Firecrawl (${transport})`, () => {
  it('is checked by its credit usage at the default address, leased, and deleted without a call', async () => {
    const { authorization, credential } = await addKey(stack, provider, { apiKey: 'fc-good-ok' });
    expect(authorization).toMatchObject({ status: 'succeeded', attempts: 1, error: null });
    expect(credential).toMatchObject({ status: 'active', notice: null, noticeCode: null });
    expect((await leaseOf(stack, credential)).body).toMatchObject({
      type: 'api_key',
      fields: { apiKey: 'fc-good-ok', baseUrl: 'https://api.firecrawl.dev' },
    });
    expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
    expect(await providerLog(stack, provider, 'key_check')).toMatchObject([
      { method: 'GET', route: '/firecrawl/v2/team/credit-usage', status: 200 },
    ]);
  });

  it('a key of another shape is not refused for it; when the server rejects it, the shape is mentioned', async () => {
    expect((await addKey(stack, provider, { apiKey: 'own-shape-ok' })).credential.status).toBe('active');
    const { authorization, credential } = await addKey(stack, provider, { apiKey: 'own-shape-401' });
    expect(authorization).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: { code: 'key_rejected', actor: 'user' },
    });
    expect(authorization.error.message).toContain('fc-');
    expect(credential.status).toBe('invalid');
  });

  it.each([
    [402, 'key_out_of_credit'],
    [408, 'provider_unavailable'],
    [429, 'rate_limited'],
    [502, 'provider_unavailable'],
  ])(
    '%i is not a verdict on the key: %s shows, and it becomes active when that is over',
    async (status, code) => {
      const key = `fc-${status}-for-now`;
      await stack.sandbox.control.registerKey({ provider, key, status });
      const added = await stack.admin.post('/v1/credentials', { provider, fields: { apiKey: key } });
      const { id } = added.body.authorization;
      expect(await untilRetrying(stack, id, code)).toMatchObject({
        error: { code, retryable: true },
        nextAttemptAt: expect.any(String),
      });
      expect(await credentialOf(stack, added.body.credential.id)).toMatchObject({
        status: 'pending',
        lastError: { code },
      });
      await stack.sandbox.control.registerKey({ provider, key, status: 200 });
      expect(await finish(stack.admin, id, 40)).toMatchObject({ status: 'succeeded', error: null });
      expect(await credentialOf(stack, added.body.credential.id)).toMatchObject({
        status: 'active',
        lastError: null,
      });
    },
  );

  it('Retry-After is kept to', async () => {
    const retryAfterSeconds = 4;
    await stack.sandbox.control.addFault({
      provider,
      endpoint: 'key_check',
      fault: 'rate_limited',
      retryAfterSeconds,
    });
    const { authorization } = await addKey(stack, provider, { apiKey: 'fc-patient-ok' });
    expect(authorization).toMatchObject({ status: 'succeeded', attempts: 2 });
    const checks = await providerLog(stack, provider, 'key_check');
    expect(arrivedApart(checks[0], checks[1])).toBeGreaterThanOrEqual(retryAfterSeconds * 1000);
  });

  it('a self-hosted server without key checks is active with a notice, whatever slashes its address ends with', async () => {
    const baseUrl = `${stack.sandbox.url}/firecrawl-selfhosted`;
    for (const written of [baseUrl, `${baseUrl}/`, `${baseUrl}///`]) {
      const { credential } = await addKey(stack, provider, { apiKey: 'anything', baseUrl: written });
      expect(credential).toMatchObject({
        status: 'active',
        notice: 'Reachable, key not checked',
        noticeCode: 'key_not_checked',
      });
      expect((await leaseOf(stack, credential)).body.fields).toEqual({ apiKey: 'anything', baseUrl });
    }
    const checks = await providerLog(stack, provider, 'key_check');
    expect(checks.map(({ route }) => route)).toEqual(
      Array(3).fill('/firecrawl-selfhosted/v2/team/credit-usage'),
    );
  });

  it('an empty key, or an address that is none, is refused before anybody is asked', async () => {
    const cases = [
      [{ apiKey: '   ' }, 'fields.apiKey'],
      [{ baseUrl: 'https://self.test' }, 'fields.apiKey'],
      [{ apiKey: 'fc-1-ok', baseUrl: 'ftp://self.test' }, 'fields.baseUrl'],
      [{ apiKey: 'fc-1-ok', baseUrl: 'https://user:password@self.test' }, 'fields.baseUrl'],
    ] as const;
    for (const [fields, path] of cases) {
      const answer = await stack.admin.post('/v1/credentials', { provider, fields });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ path }] } });
    }
    expect(await stack.sandbox.control.log({ provider })).toEqual([]);
  });

  it('D36: a base URL inside the network is refused without a connection, and the key never leaves', async () => {
    const forbidden = await openForbidden();
    try {
      const { port } = forbidden;
      const addresses = [
        `http://127.0.0.1:${port}`,
        `https://127.0.0.1:${port}`,
        `https://localhost:${port}`,
        `https://2130706433:${port}`,
        `https://0177.0.0.1:${port}`,
        `https://[::ffff:127.0.0.1]:${port}`,
        'https://10.0.0.1',
        'http://169.254.169.254',
        'http://api.firecrawl.dev.evil.test',
      ];
      for (const baseUrl of addresses) {
        const { authorization, credential } = await addKey(stack, provider, {
          apiKey: 'fc-private-ok',
          baseUrl,
        });
        expect({ baseUrl, ...authorization }).toMatchObject({
          status: 'failed',
          attempts: 1,
          error: { code: 'request_refused', retryable: false, actor: 'user' },
        });
        expect({ baseUrl, ...credential }).toMatchObject({
          status: 'invalid',
          lastError: { code: 'request_refused' },
        });
        expect(
          (await stack.admin.post('/v1/leases', { provider, credentialId: credential.id, waitSeconds: 0 }))
            .status,
        ).not.toBe(200);
      }
      expect(forbidden.connections()).toBe(0);
      expect(await stack.sandbox.control.log({ provider })).toEqual([]);
    } finally {
      forbidden.close();
    }
  });
});
