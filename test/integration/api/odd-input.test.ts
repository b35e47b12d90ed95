import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const refused = { status: 400, body: { code: 'validation_failed' } };

describe(`input that a schema may let through (${transport})`, () => {
  it('half of a surrogate pair, which PostgreSQL refuses in JSON, is a wrong field', async () => {
    const { admin } = stack;
    const fields = { apiKey: 'sbx_valid_1' };
    for (const half of ['\ud800', 'a\udfff', '\udc00\ud800']) {
      expect(await admin.post('/v1/authorizations', { provider: 'sandbox', name: half })).toMatchObject(
        refused,
      );
      expect(await admin.post('/v1/credentials', { provider: 'sandbox', name: half, fields })).toMatchObject(
        refused,
      );
      expect(await admin.post('/v1/leases', { provider: 'sandbox', runId: half })).toMatchObject(refused);
      expect(await admin.post('/v1/workspaces', { name: half })).toMatchObject(refused);
      const returnUrl = `${stack.url}/${half}`;
      expect(await admin.post('/v1/authorizations', { provider: 'sandbox', returnUrl })).toMatchObject(
        refused,
      );
    }
    const whole = await admin.post('/v1/authorizations', { provider: 'sandbox', name: '👩‍👩‍👧' });
    expect(whole.status, whole.text).toBe(201);
  });

  it('a token may live until the last moment of the year 9999, also in another time zone, and no longer', async () => {
    const { admin } = stack;
    const make = (expiresAt: string) =>
      admin.post('/v1/service-tokens', { name: 'old', role: 'viewer', expiresAt });
    expect(await make('9999-12-31T23:59:59-23:59')).toMatchObject(refused);
    expect(await make('9999-12-31T23:59:59.999Z')).toMatchObject({
      status: 201,
      body: { expiresAt: '9999-12-31T23:59:59.999Z' },
    });
    expect((await admin.get('/v1/service-tokens')).status).toBe(200);
  });

  it('a choice of workspace that is no id is one that does not exist', async () => {
    for (const choice of ['%00', 'ws_%00', '%EF%BF%BF', 'x'.repeat(101)]) {
      expect(await stack.admin.get(`/v1/events/stream?workspace=${choice}`), choice).toMatchObject({
        status: 404,
        body: { code: 'workspace_not_found' },
      });
    }
  });
});
