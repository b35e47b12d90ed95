import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addKey, connect, finish } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

interface Row {
  readonly sealed: Buffer;
  readonly key_salt: Buffer;
  readonly token_version: number;
}

let stack: Stack;
/** Another credential of the workspace, which must keep working through all of it. */
let bystander: string;
let sealed: Row;
let victim: string;

const victimKey = 'sbx_valid_the_key_that_must_not_leave';
const otherKey = 'sbx_valid_another_key_altogether';
const forgedKey = 'sbx_valid_forged_by_an_attacker';

beforeAll(async () => {
  stack = await startStack();
  bystander = (await addKey(stack, 'sandbox', { apiKey: otherKey })).credential.id;
});

afterAll(() => stack.close());

beforeEach(async () => {
  victim = (await addKey(stack, 'sandbox', { apiKey: victimKey })).credential.id;
  sealed = await read('credential', victim);
});

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

async function read(table: string, id: string): Promise<Row> {
  const [row] = await query(`select * from ${table} where id = $1`, [id]);
  return row;
}

const write = (bytes: Buffer, salt = sealed.key_salt) =>
  query('update credential set sealed = $1, key_salt = $2 where id = $3', [bytes, salt, victim]);

const lease = (credentialId: string) => stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId });

/** What comes of asking for the victim: whether a value leaves, what is recorded, how the bystander fares. */
async function attempt(credentialId = victim) {
  const leases = async () =>
    (await query('select count(*)::int as n from lease where credential_id = $1', [credentialId]))[0].n;
  const before = await leases();
  const { status, body, text } = await lease(credentialId);
  const other = await lease(bystander);
  return {
    status,
    code: body.code,
    members: Object.keys(body).toSorted().join(' '),
    leaked: [victimKey, otherKey, forgedKey].filter((key) => text.includes(key)),
    recorded: (await leases()) - before,
    bystander: other.body.fields?.apiKey,
  };
}

/** No value leaves, no lease is recorded, and nobody else is affected. */
const refused = {
  status: 500,
  code: 'internal_error',
  members: 'code detail requestId status title type',
  leaked: [],
  recorded: 0,
  bystander: otherKey,
};

/** A payload that is right in every respect, sealed by the vault itself for the place given. */
function forge(place: {
  workspaceId?: string;
  record?: string;
  field?: string;
  version?: number;
}): Promise<Buffer> {
  const own = {
    workspaceId: stack.api.defaultWorkspaceId,
    record: victim,
    field: 'payload',
    version: sealed.token_version,
  };
  return stack.api.vault.seal(
    { ...own, ...place },
    sealed.key_salt,
    JSON.stringify({ kind: 'api_key', fields: { apiKey: forgedKey } }),
  );
}

describe(`ciphertext in the database (${transport})`, () => {
  it('C25: opens at its own place, so that what follows shows refusals and not a broken test', async () => {
    await write(await forge({}));
    expect((await lease(victim)).body.fields.apiKey).toBe(forgedKey);
  });

  it('C25: of another credential in the same workspace does not open, with or without its salt', async () => {
    const other = await read('credential', bystander);
    await write(other.sealed);
    expect(await attempt()).toEqual(refused);
    await write(other.sealed, other.key_salt);
    expect(await attempt()).toEqual(refused);
  });

  it('C25: of another record, field or version does not open, even when all else is equal', async () => {
    const places = [
      { record: bystander },
      { field: 'client_secret' },
      { field: 'journal' },
      { field: 'code' },
      { version: 2 },
      { version: 0 },
    ];
    for (const place of places) {
      await write(await forge(place));
      expect(await attempt()).toEqual(refused);
    }
  });

  it('C25: of an OAuth client’s secret or of the token journal does not open as a credential', async () => {
    await stack.admin.put('/v1/providers/sandbox/oauth-client', {
      clientId: 'own',
      clientSecret: JSON.stringify({ kind: 'api_key', fields: { apiKey: forgedKey } }),
    });
    const [client] = await query('select sealed, key_salt from oauth_client');
    await write(client.sealed, client.key_salt);
    expect(await attempt()).toEqual(refused);
    await stack.admin.delete('/v1/providers/sandbox/oauth-client');

    const { credential } = await connect(stack, { provider: 'sandbox' });
    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    await finish(stack.admin, refresh.body.authorization.id);
    const [entry] = await query('select sealed, key_salt from token_journal where credential_id = $1', [
      credential.id,
    ]);
    await query('update credential set sealed = $1, key_salt = $2 where id = $3', [
      entry.sealed,
      entry.key_salt,
      credential.id,
    ]);
    expect(await attempt(credential.id)).toEqual(refused);
  });

  it('C25: of another workspace does not open, nor under the name of its key', async () => {
    const made = await stack.admin.post('/v1/workspaces', { name: `Workspace ${victim}` });
    const headers = { 'x-workspace': made.body.id };
    const foreign = await stack.admin.post(
      '/v1/credentials',
      { provider: 'sandbox', fields: { apiKey: otherKey } },
      { headers },
    );
    const row = await read('credential', foreign.body.credential.id);
    await write(row.sealed, row.key_salt);
    expect(await attempt()).toEqual(refused);
    await write(await forge({ workspaceId: made.body.id }));
    expect(await attempt()).toEqual(refused);
    await write(
      Buffer.concat([
        row.sealed.subarray(0, 2 + (row.sealed[1] ?? 0)),
        sealed.sealed.subarray(2 + (sealed.sealed[1] ?? 0)),
      ]),
    );
    expect(await attempt()).toEqual(refused);
  });

  it('C25: rolled back to an older token does not open', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const older = await read('credential', credential.id);
    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    await finish(stack.admin, refresh.body.authorization.id);
    expect((await lease(credential.id)).status).toBe(200);
    await query('update credential set sealed = $1 where id = $2', [older.sealed, credential.id]);
    expect(await attempt(credential.id)).toEqual(refused);
  });

  it('C27: with any one bit changed does not open', async () => {
    const answers = new Set<number>();
    for (let at = 0; at < sealed.sealed.length; at += 1) {
      const bytes = Buffer.from(sealed.sealed);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
      await write(bytes);
      const answer = await lease(victim);
      expect(answer.text).not.toContain(victimKey);
      answers.add(answer.status);
    }
    expect([...answers]).toEqual([500]);
    const salt = Buffer.from(sealed.key_salt);
    salt.writeUInt8(salt.readUInt8(0) ^ 1, 0);
    await write(sealed.sealed, salt);
    expect(await attempt()).toEqual(refused);
    await write(sealed.sealed);
    expect((await lease(victim)).body.fields.apiKey).toBe(victimKey);
  });

  it('C27: cut anywhere, emptied or prolonged does not open', async () => {
    const { length } = sealed.sealed;
    for (const end of [0, 1, 2, 10, 30, 45, 60, length - 17, length - 16, length - 1]) {
      await write(sealed.sealed.subarray(0, end));
      expect(await attempt()).toEqual(refused);
    }
    await write(Buffer.concat([sealed.sealed, Buffer.from([0])]));
    expect(await attempt()).toEqual(refused);
  });

  it('C27: that names an unknown format or an unknown key does not open, and plain text is not taken for ciphertext', async () => {
    const unknownKey = Buffer.from(sealed.sealed);
    unknownKey.write('0000000000', 2 + (sealed.sealed[1] ?? 0) - 10, 'latin1');
    const unknownFormat = Buffer.from(sealed.sealed);
    unknownFormat.writeUInt8(2, 0);
    const plain = Buffer.from(JSON.stringify({ kind: 'api_key', fields: { apiKey: forgedKey } }));
    for (const bytes of [unknownKey, unknownFormat, plain]) {
      await write(bytes);
      expect(await attempt()).toEqual(refused);
    }
  });
});
