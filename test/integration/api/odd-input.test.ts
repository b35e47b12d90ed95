import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

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

  it('a request that turns out broken while it is answered gets no second answer', async () => {
    const socket = connect(Number(new URL(stack.url).port), '127.0.0.1');
    socket.end(
      `GET /v1/authorizations/%ED%A0%80 HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${adminToken}\r\ntransfer-encoding: identity\r\n\r\n`,
    );
    expect((await text(socket)).match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
