import Fastify from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Api } from './api.ts';
import { buildApp } from './app.ts';
import { readApiSettings } from './env.ts';
import { offlineRuntime } from './offline-runtime.ts';
import { authorizationPlugin } from './plugins/authorization.ts';

interface Operation {
  readonly 'x-permission'?: string;
  readonly security?: readonly object[];
}

let api: Api;
let operations: { method: string; path: string; operation: Operation }[];

beforeAll(async () => {
  api = await buildApp({ runtime: offlineRuntime('https://keys.test'), apiSettings: readApiSettings({}) });
  operations = Object.entries(api.swagger().paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
});

afterAll(() => api.close());

describe('who may call what', () => {
  test('exactly these calls need no authentication', () => {
    const open = operations.filter(({ operation }) => operation['x-permission'] === 'public');
    expect(open.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'DELETE /auth/session',
      'GET /auth/callback',
      'GET /auth/login',
      'GET /auth/session',
      'GET /connect/resume/{id}',
      'GET /connect/session/{token}',
      'GET /connect/window',
      'GET /connect/{id}',
      'GET /livez',
      'GET /oauth/callback/{provider}',
      'GET /oauth/result/{authorizationId}',
      'GET /oauth/start/{ticket}',
      'GET /oauth/status/{authorizationId}',
      'GET /readyz',
      'POST /auth/session',
    ]);
  });

  test('every other call answers 401 without a token, and says how to authenticate', async () => {
    const closed = operations.filter(({ operation }) => operation['x-permission'] !== 'public');
    expect(closed.length).toBeGreaterThan(25);
    for (const { method, path } of closed) {
      const url = path.replaceAll(/\{\w+\}/g, 'x');
      const answer = await api.inject({ method: method as 'GET', url });
      expect([method, url, answer.statusCode]).toEqual([method, url, 401]);
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.json()).toMatchObject({
        code: 'unauthenticated',
        requestId: answer.headers['request-id'],
      });
    }
  });

  test('every call under /v1 reads or writes by a permission of its own', () => {
    const v1 = operations.filter(
      ({ path, operation }) => path.startsWith('/v1/') && operation['x-permission'] !== 'connect_session',
    );
    const wrong = v1.filter(
      ({ method, operation }) =>
        (method === 'GET') !== /:(?:read|manage)$/.test(operation['x-permission'] ?? ''),
    );
    expect(wrong.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'DELETE /v1/service-tokens/{id}',
      'DELETE /v1/sessions',
      'DELETE /v1/sessions/{id}',
      'PATCH /v1/service-tokens/{id}',
      'POST /v1/key-jobs',
      'POST /v1/key-jobs/{id}/cancel',
      'POST /v1/queues/{name}/pause',
      'POST /v1/queues/{name}/resume',
      'POST /v1/queues/{name}/retry',
      'POST /v1/root-keys/{id}/promote',
      'POST /v1/root-keys/{id}/retire',
      'POST /v1/service-tokens',
      'POST /v1/service-tokens/{id}/rotate',
      'POST /v1/workspaces',
    ]);
  });

  test.each([
    [undefined, 'no permission or no audit answer'],
    [{ permission: 'public', limit: 'read' }, 'no permission or no audit answer'],
    [{ audit: null, limit: 'read' }, 'no permission or no audit answer'],
    [{ permission: 'public', audit: null }, 'no class of rate limits'],
  ] as const)('a route that declares only %j stops the boot', async (config, missing) => {
    const bare = Fastify();
    await bare.register(fastifyPlugin((_scope, _options, done) => done(), { name: 'context' }));
    await bare.register(authorizationPlugin);
    const register = () => bare.get('/forgotten', config === undefined ? {} : { config }, () => 'hello');
    expect(register).toThrow(`/forgotten declares ${missing}`);
    await bare.close();
  });
});

describe('what is not a call', () => {
  test('an unknown path is 404, a known one with another method is 405 with Allow', async () => {
    const unknown = await api.inject({ method: 'GET', url: '/v1/nothing' });
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'not_found']);
    const other = await api.inject({ method: 'PUT', url: '/v1/credentials/cred_1' });
    expect([other.statusCode, other.json().code]).toEqual([405, 'method_not_allowed']);
    expect(other.headers['allow']).toBe('DELETE, GET, HEAD, PATCH');
  });

  test.each([
    ['{"adminToken":', 'application/json', 400, 'malformed_json'],
    ['{"__proto__":{"adminToken":"x"}}', 'application/json', 400, 'malformed_json'],
    ['adminToken=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    ['{"adminToken":"x"}', 'text/plain', 415, 'unsupported_media_type'],
    [`{"adminToken":"${'x'.repeat(300_000)}"}`, 'application/json', 413, 'payload_too_large'],
    ['{"adminToken":7,"more":1}', 'application/json', 400, 'validation_failed'],
    ['', 'application/json', 400, 'validation_failed'],
  ])('the body %.30j as %s is %i %s', async (payload, type, status, code) => {
    const answer = await api.inject({
      method: 'POST',
      url: '/auth/session',
      payload,
      headers: { 'content-type': type },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  test('a field that is not valid is named, as is one that nobody asked for', async () => {
    const payload = { adminToken: 7, more: 1 };
    const answer = await api.inject({ method: 'POST', url: '/auth/session', payload });
    const paths = (answer.json().errors as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(['adminToken', 'more']);
  });

  test('a path that cannot be decoded is a problem, not a crash', async () => {
    const answer = await api.inject({ method: 'GET', url: '/v1/credentials/%E0%A4%A' });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad_request']);
  });
});

describe('sign-in with the admin token', () => {
  test.each([{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }])(
    'is refused with %j',
    async (headers) => {
      const answer = await api.inject({
        method: 'POST',
        url: '/auth/session',
        payload: { adminToken: 'x' },
        headers,
      });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'cross_site_request']);
    },
  );

  test('is refused with another token', async () => {
    const answer = await api.inject({
      method: 'POST',
      url: '/auth/session',
      payload: { adminToken: 'lk_of_nobody' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'unauthenticated']);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('the description of the API', () => {
  test('names every operation once, and describes problems as what they are', () => {
    const ids = operations.map(({ operation }) => (operation as { operationId?: string }).operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(JSON.stringify(api.swagger())).toContain('application/problem+json');
  });
});
