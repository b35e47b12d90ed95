import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finish } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });
const credential = (name: string) => ({ provider: 'sandbox', name, fields: { apiKey: `sbx_valid_${name}` } });

async function keyRows(workspaceId: string): Promise<number> {
  const { rows } = await stack.database.superuser.query(
    'select count(*)::int as n from idempotency_key where workspace_id = $1',
    [workspaceId],
  );
  return rows[0].n;
}

/** Runs `work` while every commit that stores an idempotency key fails in the last moment. */
async function whileCommitsFail<T>(work: () => Promise<T>): Promise<T> {
  const { superuser } = stack.database;
  await superuser.query(`create function no_commit() returns trigger language plpgsql as
    $$ begin raise exception 'the power went off'; end $$`);
  await superuser.query(`create constraint trigger no_commit after insert on idempotency_key
    deferrable initially deferred for each row execute function no_commit()`);
  try {
    return await work();
  } finally {
    await superuser.query('drop trigger no_commit on idempotency_key');
    await superuser.query('drop function no_commit');
  }
}

describe(`Idempotency-Key (${transport})`, () => {
  it('a repeated request gets the first answer and changes nothing', async () => {
    const { client } = await inNewWorkspace(stack);
    const first = await client.post('/v1/credentials', credential('once'), withKey('k'));
    const again = await client.post('/v1/credentials', credential('once'), withKey('k'));
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect((await client.get('/v1/credentials')).body.items).toHaveLength(1);
    expect((await client.get('/v1/authorizations')).body.items).toHaveLength(1);
  });

  it('the order of members makes no other request', async () => {
    const { client } = await inNewWorkspace(stack);
    const { provider, name, fields } = credential('order');
    const first = await client.post('/v1/credentials', { provider, name, fields }, withKey('k'));
    const again = await client.post('/v1/credentials', { fields, name, provider }, withKey('k'));
    expect(again.body).toEqual(first.body);
  });

  it('a body that the operation does not take makes no other request, however deep it goes', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/credentials', credential('deep'));
    await finish(client, body.authorization.id);
    const validate = `/v1/credentials/${body.credential.id}/validate`;
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const headers = { 'idempotency-key': 'k', 'content-type': 'application/json' };
    const first = await client.post(validate, deep, { headers });
    expect(first.status, first.text).toBe(202);
    expect((await client.post(validate, undefined, withKey('k'))).body).toEqual(first.body);
  });

  it('another body or another address with a used key is 422 and changes nothing', async () => {
    const { client } = await inNewWorkspace(stack);
    await client.post('/v1/credentials', credential('one'), withKey('k'));
    const other = await client.post('/v1/credentials', credential('two'), withKey('k'));
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const elsewhere = await client.post('/v1/authorizations', { provider: 'sandbox' }, withKey('k'));
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect((await client.get('/v1/credentials')).body.items).toHaveLength(1);
    expect((await client.get('/v1/authorizations?kind=exchange_code')).body.items).toEqual([]);
  });

  it.each([undefined, 'named'])('five at once with one key make one credential (name: %s)', async (name) => {
    const { client } = await inNewWorkspace(stack);
    const { name: _name, ...unnamed } = credential('five');
    const body = name === undefined ? unnamed : credential(name);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => client.post('/v1/credentials', body, withKey('k'))),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect((await client.get('/v1/credentials')).body.items).toHaveLength(1);
    expect((await client.get('/v1/authorizations')).body.items).toHaveLength(1);
  });

  it('a repeated service token is the same value, which works and is stored nowhere in the clear', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const make = () => client.post('/v1/service-tokens', { name: 'ci', role: 'viewer' }, withKey('k'));
    const [first, again] = [await make(), await make()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await stack.clientWith(again.body.token).get('/v1/credentials')).status).toBe(200);
    const { rows } = await stack.database.superuser.query(
      'select * from idempotency_key where workspace_id = $1',
      [workspaceId],
    );
    const stored = rows.flatMap((row) => Object.values(row)).map((cell) => String(cell));
    expect(stored.length).toBeGreaterThan(5);
    expect(stored.filter((cell) => cell.includes(first.body.token))).toEqual([]);
  });

  it('works on every POST that creates', async () => {
    const { client } = await inNewWorkspace(stack);
    const made = await client.post('/v1/credentials', credential('all'));
    const calls = [
      ['/v1/authorizations', { provider: 'sandbox' }],
      [`/v1/credentials/${made.body.credential.id}/validate`, undefined],
      ['/v1/service-tokens', { name: 'x', role: 'runner' }],
    ] as const;
    for (const [path, body] of calls) {
      const first = await client.post(path, body, withKey(path));
      const again = await client.post(path, body, withKey(path));
      expect([first.status < 300, again.headers.get('idempotency-replayed')], path).toEqual([true, 'true']);
      expect(again.text).toBe(first.text);
    }
    const workspace = () => stack.admin.post('/v1/workspaces', { name: 'Twice' }, withKey('w'));
    expect((await workspace()).body.id).toBe((await workspace()).body.id);
  });

  it('the same key of another caller, or in another workspace, is another key', async () => {
    const [one, two] = [await inNewWorkspace(stack), await inNewWorkspace(stack)];
    const colleague = await one.client.post('/v1/service-tokens', { name: 'b', role: 'admin' });
    const ids = await Promise.all(
      [one.client, stack.clientWith(colleague.body.token), two.client].map(
        async (client) =>
          (await client.post('/v1/authorizations', { provider: 'sandbox' }, withKey('k'))).body.id,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it('a request that was refused leaves no key: the same request may succeed later', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const taken = await client.post('/v1/credentials', credential('taken'));
    const refused = await client.post('/v1/credentials', credential('taken'), withKey('k'));
    expect(refused).toMatchObject({ status: 409, body: { code: 'name_taken' } });
    expect(await keyRows(workspaceId)).toBe(0);
    await client.patch(`/v1/credentials/${taken.body.credential.id}`, { name: 'moved' });
    const later = await client.post('/v1/credentials', credential('taken'), withKey('k'));
    expect([later.status, later.headers.get('idempotency-replayed')]).toEqual([202, null]);
  });

  it('key and credential are there together or not at all, wherever the transaction breaks', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const broken = await whileCommitsFail(() =>
      client.post('/v1/credentials', credential('atomic'), withKey('k')),
    );
    expect(broken.status).toBe(500);
    expect(await keyRows(workspaceId)).toBe(0);
    expect((await client.get('/v1/credentials')).body.items).toEqual([]);
    const later = await client.post('/v1/credentials', credential('atomic'), withKey('k'));
    expect(later.status).toBe(202);
    expect(await keyRows(workspaceId)).toBe(1);
  });

  it.each(['', ' ', 'a b', 'ü', 'x'.repeat(256)])('the key %j is 400', async (key) => {
    const answer = await stack.admin.post('/v1/credentials', credential('bad'), withKey(encodeHeader(key)));
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad_request' } });
  });
});

/** As bytes, which is what a header is. */
function encodeHeader(text: string): string {
  return Buffer.from(text).toString('latin1');
}
