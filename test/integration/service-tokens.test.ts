import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/eventually.ts';
import { signInAs, withHeaders } from '../support/people.ts';
import { openEventStream } from '../support/sse.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
const lines: string[] = [];

beforeAll(async () => {
  // One proxy in front: what it names in X-Forwarded-For is the address of the client.
  stack = await startStack({ env: { TRUST_PROXY: '1' }, onLog: (line) => lines.push(line) });
});

afterAll(() => stack.close());

const path = '/v1/service-tokens';

async function make(body: object = {}, client: Client = stack.admin) {
  const made = await client.post(path, { name: 'pipeline', role: 'viewer', ...body });
  expect(made.status, made.text).toBe(201);
  return made.body as { id: string; token: string };
}

async function rotate(id: string, body?: object, client: Client = stack.admin) {
  const rotated = await client.post(`${path}/${id}/rotate`, body);
  expect(rotated.status, rotated.text).toBe(201);
  return rotated.body as { token: string; previousValidUntil: string | null };
}

const works = async (token: string, address?: string) =>
  (
    await withHeaders(stack, address === undefined ? {} : { 'x-forwarded-for': address }, token).get(
      '/v1/credentials',
    )
  ).status;

const listed = async (id: string) => {
  const { body } = await stack.admin.get(`${path}?limit=200`);
  return body.items.find((item: { id: string }) => item.id === id);
};

const endOverlaps = (id: string) =>
  stack.database.superuser.query(
    `update replaced_token set ends_at = now() - interval '1 second' where service_token_id = $1`,
    [id],
  );

/** The seconds that a process may believe in what it knew are over. */
const untilRefused = (token: string, status = 401) =>
  eventually(async () => (await works(token)) === status, { describe: `the token is answered ${status}` });

describe(`rotating a service token (${transport})`, () => {
  it('gives a new value under the same id, name and role; the old one works on until the overlap ends', async () => {
    const { id, token } = await make();
    const before = Date.now();
    const rotated = await stack.admin.post(`${path}/${id}/rotate`);
    expect(rotated).toMatchObject({ status: 201, body: { id, name: 'pipeline', role: 'viewer' } });
    expect(rotated.body.token).toMatch(/^lk_[\w-]{43}$/);
    expect(rotated.body.token).not.toBe(token);
    const hours = (Date.parse(rotated.body.previousValidUntil) - before) / 3_600_000;
    expect(hours).toBeCloseTo(24, 1);
    expect([await works(token), await works(rotated.body.token)]).toEqual([200, 200]);
    expect(await listed(id)).toMatchObject({
      previousValidUntil: rotated.body.previousValidUntil,
      rotatedAt: expect.any(String),
    });
    await endOverlaps(id);
    await untilRefused(token);
    expect(await works(rotated.body.token)).toBe(200);
    expect(await listed(id)).toMatchObject({ previousValidUntil: null });
  });

  it('without an overlap ends every value before it, those of earlier rotations too', async () => {
    const { id, token: first } = await make();
    const { token: second } = await rotate(id, { overlapSeconds: 3600 });
    const { token: third } = await rotate(id, { overlapSeconds: 7200 });
    for (const value of [first, second, third]) expect(await works(value)).toBe(200);
    // The first keeps the end that it was told.
    const { rows } = await stack.database.superuser.query(
      `select extract(epoch from ends_at - now())::int as seconds from replaced_token where service_token_id = $1 order by ends_at`,
      [id],
    );
    expect(rows.map(({ seconds }) => Math.round(seconds / 3600))).toEqual([1, 2]);
    await rotate(id, { overlapSeconds: 60 });
    const { rows: shortened } = await stack.database.superuser.query(
      `select ends_at from replaced_token where service_token_id = $1 and ends_at > now() + interval '61 seconds'`,
      [id],
    );
    expect(shortened).toEqual([]);
    const { token: fourth, previousValidUntil } = await rotate(id, { overlapSeconds: 0 });
    expect(previousValidUntil).toBeNull();
    const { rows: left } = await stack.database.superuser.query(
      'select from replaced_token where service_token_id = $1',
      [id],
    );
    expect(left).toEqual([]);
    for (const value of [first, second, third]) expect(await works(value)).toBe(401);
    expect(await works(fourth)).toBe(200);
  });

  it('an expired or revoked token works by none of its values', async () => {
    const { id, token } = await make();
    const { token: second } = await rotate(id);
    await stack.database.superuser.query(
      `update service_token set expires_at = now() - interval '1 second' where id = $1`,
      [id],
    );
    await untilRefused(token);
    expect(await works(second)).toBe(401);
    await stack.admin.patch(`${path}/${id}`, { expiresAt: null });
    expect([await works(token), await works(second)]).toEqual([200, 200]);
    await stack.admin.delete(`${path}/${id}`);
    expect([await works(token), await works(second)]).toEqual([401, 401]);
  });

  it('repeated with its Idempotency-Key gives the same value, and rotates once', async () => {
    const { id } = await make();
    const headers = { 'idempotency-key': 'rotate-once' };
    const once = await stack.admin.post(`${path}/${id}/rotate`, undefined, { headers });
    const again = await stack.admin.post(`${path}/${id}/rotate`, undefined, { headers });
    expect(again.body).toEqual(once.body);
    const { rows } = await stack.database.superuser.query(
      'select count(*)::int as n from replaced_token where service_token_id = $1',
      [id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it.each([
    { overlapSeconds: -1 },
    { overlapSeconds: 30 * 86_400 + 1 },
    { overlapSeconds: 1.5 },
    { more: 1 },
  ])('refuses %j', async (body) => {
    const { id, token } = await make();
    expect((await stack.admin.post(`${path}/${id}/rotate`, body)).status).toBe(400);
    expect(await works(token)).toBe(200);
  });

  it('leaves the act in the audit and the value nowhere', async () => {
    const { id } = await make();
    const { token } = await rotate(id, { overlapSeconds: 60 });
    const audit = await eventually(
      async () => {
        const { text } = await stack.admin.get(`/v1/audit?subject=${id}`);
        return text.includes('service_token.rotate') ? text : null;
      },
      { describe: 'the rotation is in the audit' },
    );
    const list = await stack.admin.get(`${path}?limit=200`);
    for (const text of [audit, list.text, (await stack.admin.get('/v1/events?limit=200')).text])
      expect(text).not.toContain(token);
  });
});

describe(`where a service token may come from (${transport})`, () => {
  const networks = ['10.0.0.0/8', '2001:db8::/32'];

  it('is checked on every request, also while the token is known, by the address that the proxy names', async () => {
    const { token } = await make({ allowedAddresses: networks });
    const inside = ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::7'];
    const outside = ['11.1.2.3', '::ffff:11.1.2.3', '2001:db9::7', '::1'];
    for (const address of [...inside, ...outside, ...inside]) {
      expect(await works(token, address), address).toBe(inside.includes(address) ? 200 : 403);
    }
    // What the client itself writes there is not the address that the proxy saw.
    expect(await works(token, '10.1.2.3, 11.1.2.3')).toBe(403);
    expect(await works(token)).toBe(403);
  });

  it('a refusal says which it is, is logged each time, and is in the audit once', async () => {
    const { id, token } = await make({ allowedAddresses: networks });
    const refused = withHeaders(stack, { 'x-forwarded-for': '203.0.113.9' }, token);
    const before = lines.length;
    for (let round = 0; round < 5; round += 1) {
      expect(await refused.get('/v1/credentials')).toMatchObject({
        status: 403,
        body: { code: 'address_not_allowed' },
      });
    }
    const logged = lines.slice(before).filter((line) => line.includes('refused because of the address'));
    expect(logged).toHaveLength(5);
    for (const line of logged)
      expect(JSON.parse(line)).toMatchObject({ actor: id, clientAddress: '203.0.113.9' });
    const { rows } = await stack.database.superuser.query(
      `select outcome, client_address from audit_entry where action = 'service_token.address_refused' and subject = $1`,
      [id],
    );
    expect(rows).toEqual([{ outcome: 'refused', client_address: '203.0.113.9' }]);
    expect((await listed(id)).lastUsedAt).toBeNull();
    expect(await works(token, '10.0.0.1')).toBe(200);
  });

  it('a change counts at once, for requests and for streams that are open', async () => {
    const { id, token } = await make();
    const stream = await openEventStream(`${stack.url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': '192.0.2.1' },
    });
    expect([await works(token, '192.0.2.1'), stream.status]).toEqual([200, 200]);
    const narrowed = await stack.admin.patch(`${path}/${id}`, {
      allowedAddresses: ['10.1.2.3/8'],
      name: ' n ',
    });
    expect(narrowed.body).toMatchObject({ name: 'n', allowedAddresses: ['10.0.0.0/8'] });
    expect(await works(token, '192.0.2.1')).toBe(403);
    await eventually(() => stream.ended, { describe: 'the stream ends', timeoutMs: 4500 });
    await stack.admin.patch(`${path}/${id}`, { allowedAddresses: null });
    expect(await works(token, '192.0.2.1')).toBe(200);
    expect(await listed(id)).toMatchObject({ name: 'n', allowedAddresses: null, expiresAt: null });
  });

  it.each([
    [[]],
    [['10.0.0.0/33']],
    [['localhost']],
    ['10.0.0.0/8'],
    [Array.from({ length: 51 }, () => '10.0.0.1')],
  ])('networks that are none are refused: %j', async (allowedAddresses) => {
    const answer = await stack.admin.post(path, { name: 'x', role: 'viewer', allowedAddresses });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

describe(`a personal token (${transport})`, () => {
  it('is its person’s to change, everybody’s who manages tokens to revoke, and says whose it is', async () => {
    const [ada, boss] = await Promise.all(
      ['ada@corp.test', 'boss@corp.test'].map(async (name) => (await signInAs(stack, name, 'admin')).client),
    );
    const { id, token } = await make({ personal: true, role: 'runner' }, ada);
    expect(await listed(id)).toMatchObject({ owner: 'ada@corp.test' });
    for (const client of [boss!, stack.admin]) {
      for (const answer of [
        await client.post(`${path}/${id}/rotate`),
        await client.patch(`${path}/${id}`, { name: 'x' }),
      ])
        expect(answer).toMatchObject({ status: 403, body: { code: 'owner_only' } });
    }
    const { token: second } = await rotate(id, { overlapSeconds: 0 }, ada);
    expect([await works(token), await works(second)]).toEqual([401, 403]);
    expect((await boss!.delete(`${path}/${id}`)).status).toBe(204);
    expect(await works(second)).toBe(401);
  });

  it('of one workspace has no say over the instance, however its person has', async () => {
    const { client } = await signInAs(stack, 'ada@corp.test', 'admin');
    const { token } = await make({ personal: true, role: 'admin' }, client);
    expect((await stack.clientWith(token).get('/v1/workspaces')).status).toBe(403);
    expect((await stack.clientWith(token).get('/v1/sessions')).body.items).toEqual([]);
  });
});
