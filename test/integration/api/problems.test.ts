import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/client.ts';
import { openapi, violations } from '../../support/openapi.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

/** RFC 9457, with our code and the request's id in body and header. */
function expectProblem(answer: Answer, status: number, code: string) {
  expect([answer.status, answer.body.code], answer.text).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(violations(answer.body, openapi.components.schemas['Problem'] ?? {})).toEqual([]);
  expect(answer.body).toMatchObject({ status, type: `${stack.url}/docs/errors/${code}` });
  expect(answer.body.requestId).toMatch(/^req_/);
  expect(answer.headers.get('request-id')).toBe(answer.body.requestId);
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

/** What no client library sends, and everything until the server closes. */
async function raw(bytes: string): Promise<Answer> {
  const { hostname, port } = new URL(stack.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const lines = head.split('\r\n').slice(1);
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]));
  const isJson = headers.get('content-type')?.includes('json') === true;
  return { status: Number(head.split(' ')[1]), headers, text: body, body: isJson ? JSON.parse(body) : null };
}

describe(`problems (${transport})`, () => {
  it('an unknown path is 404, with and without a token', async () => {
    expectProblem(await stack.admin.get('/v1/nothing'), 404, 'not_found');
    expectProblem(await stack.clientWith(null).get('/nothing/at/all?x=1'), 404, 'not_found');
  });

  it('a known path with another method is 405 and says which methods there are', async () => {
    const answer = await stack.admin.put('/v1/credentials/cred_1', {});
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
    const other = await stack.admin.delete('/v1/leases');
    expectProblem(other, 405, 'method_not_allowed');
    expect(other.headers.get('allow')).toBe('POST');
  });

  it('a body of another type than JSON is 415, one that is not JSON is 400, one that is too large is 413', async () => {
    const send = (body: string, type: string) =>
      stack.admin.post('/v1/credentials', body, { headers: { 'content-type': type } });
    expectProblem(await send('a=b', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type');
    expectProblem(await send('{}', 'text/plain'), 415, 'unsupported_media_type');
    expectProblem(await send('{"provider":', 'application/json'), 400, 'malformed_json');
    expectProblem(await send('{"a":1}}', 'application/json; charset=utf-8'), 400, 'malformed_json');
    expectProblem(
      await send(JSON.stringify({ provider: 'x'.repeat(300_000) }), 'application/json'),
      413,
      'payload_too_large',
    );
  });

  it('every wrong field is named, unknown ones too', async () => {
    const answer = await stack.admin.post('/v1/credentials', {
      provider: 7,
      name: '',
      fields: { a: 1 },
      more: true,
    });
    expectProblem(answer, 400, 'validation_failed');
    const paths = answer.body.errors.map(({ path }: { path: string }) => path);
    expect(paths.toSorted()).toEqual(['fields.a', 'more', 'name', 'provider']);
    expectProblem(await stack.admin.post('/v1/credentials'), 400, 'validation_failed');
    expectProblem(await stack.admin.post('/v1/credentials', []), 400, 'validation_failed');
  });

  it.each(['%20', 'a.b', "'", '%00', '%F0%9F%94%91', 'x'.repeat(101)])('the id %j is 400', async (id) => {
    expectProblem(await stack.admin.get(`/v1/credentials/${id}`), 400, 'validation_failed');
    expectProblem(await stack.admin.post(`/v1/authorizations/${id}/cancel`), 400, 'validation_failed');
  });

  it('an id that cannot be decoded, or never ends, is a problem and no crash', async () => {
    expectProblem(await stack.admin.get('/v1/credentials/%E0%A4%A'), 400, 'bad_request');
    const endless = await stack.admin.get(`/v1/credentials/${'x'.repeat(2000)}`);
    expect(endless.status).toBeGreaterThanOrEqual(400);
    expectProblem(endless, endless.status, endless.body.code);
    expect(endless.headers.get('allow')).toBeNull();
    expect([400, 404]).toContain(endless.status);
  });

  it('an id that nobody has is 404 by its kind', async () => {
    expectProblem(await stack.admin.get('/v1/credentials/cred_none'), 404, 'credential_not_found');
    expectProblem(await stack.admin.get('/v1/authorizations/auth_none'), 404, 'authorization_not_found');
    expectProblem(await stack.admin.get('/v1/providers/none'), 404, 'provider_not_found');
    expectProblem(await stack.admin.delete('/v1/service-tokens/tok_none'), 404, 'service_token_not_found');
    const report = { outcome: 'rejected', status: 401 };
    expectProblem(await stack.admin.post('/v1/leases/lease_none/report', report), 404, 'lease_not_found');
  });

  it('oversize headers and addresses are 431', async () => {
    const long = 'x'.repeat(40_000);
    expectProblem(
      await raw(`GET /livez HTTP/1.1\r\nhost: a\r\nx-long: ${long}\r\n\r\n`),
      431,
      'headers_too_large',
    );
    expectProblem(await raw(`GET /livez?${long} HTTP/1.1\r\nhost: a\r\n\r\n`), 431, 'headers_too_large');
  });

  it('a request that names no host is 400, as RFC 9112 §3.2 asks', async () => {
    expectProblem(await raw('GET /livez HTTP/1.1\r\nconnection: close\r\n\r\n'), 400, 'bad_request');
    const old = await raw('GET /livez HTTP/1.0\r\nconnection: close\r\n\r\n');
    expect(old.status, 'HTTP/1.0 had no such header').toBe(200);
  });

  it('a GET whose body is in chunks is 400 and has no effect, whatever follows', async () => {
    const start = async () => {
      const body = { provider: 'sandbox', confirm: false };
      const { authorizationUrl, id } = (await stack.admin.post('/v1/authorizations', body)).body;
      return { id: String(id), path: new URL(authorizationUrl).pathname };
    };
    const refused: string[] = [];
    for (const [coding, body] of [
      ['identity', ''],
      ['chunked', '0\r\n\r\n'],
      ['chunked', 'five\r\n'],
      ['chunked, chunked', '0\r\n\r\n'],
    ]) {
      const send = (path: string) =>
        raw(
          `GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ntransfer-encoding: ${coding}\r\n\r\n${body}`,
        );
      expectProblem(await send('/livez'), 400, 'bad_request');
      const { id, path } = await start();
      expect((await send(path)).status, coding).toBe(400);
      refused.push(id);
    }
    const last = await start();
    expect((await raw(`GET ${last.path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)).status).toBe(302);
    const { rows } = await stack.database.superuser.query(
      'select authorization_id from authorization_state where authorization_id = any($1)',
      [[...refused, last.id]],
    );
    expect(rows).toEqual([{ authorization_id: last.id }]);
  });

  it('what follows a request and is no HTTP is not taken for its answer', async () => {
    const authorization = `authorization: Bearer ${adminToken}`;
    const request = `GET /v1/credentials HTTP/1.1\r\nhost: a\r\n${authorization}\r\n\r\n`;
    const answer = await raw(`${request}HELLO latchkey\r\n\r\n`);
    expect(answer.status, answer.text).toBe(200);
  });

  it('what is no HTTP at all gets a problem and an end', async () => {
    const answer = await raw('HELLO latchkey\r\n\r\n');
    expectProblem(answer, 400, 'bad_request');
    expect(answer.headers.get('connection')).toBe('close');
  });

  it('requests have an id of ours, whatever they bring', async () => {
    const bring = { headers: { 'request-id': 'mine', 'x-request-id': 'mine' } };
    const first = await stack.admin.get('/v1/providers', bring);
    const second = await stack.admin.get('/v1/providers', bring);
    expect(first.headers.get('request-id')).toMatch(/^req_\w+$/);
    expect(second.headers.get('request-id')).not.toBe(first.headers.get('request-id'));
  });

  it('the type of a problem opens as a page', async () => {
    const { body } = await stack.admin.get('/v1/credentials/cred_none');
    const page = await stack.clientWith(null).get(new URL(body.type).pathname);
    expect(page.status).toBe(200);
    expect(page.text).toContain('credential_not_found');
  });

  it('our own failures tell nothing but a request id', async () => {
    await stack.database.superuser.query('alter table credential rename column name to hidden');
    const answer = await stack.admin.get('/v1/credentials');
    await stack.database.superuser.query('alter table credential rename column hidden to name');
    expectProblem(answer, 500, 'internal_error');
    expect(answer.text).not.toMatch(/column|select|credential/i);
  });
});
