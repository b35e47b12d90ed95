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
});
