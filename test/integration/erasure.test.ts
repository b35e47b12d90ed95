import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { openRuntime } from '@latchkey/core/runtime.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumpDatabase } from '../support/dump-database.ts';
import { connect, finish } from '../support/flows.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

interface Row {
  readonly sealed: Buffer;
  readonly key_salt: Buffer;
}

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const query = async (text: string, values: unknown[] = []) =>
  (await stack.database.superuser.query(text, values)).rows;

async function read(id: string): Promise<Row> {
  const [row] = await query('select * from credential where id = $1', [id]);
  return row;
}

describe(`deletion (${transport})`, () => {
  it('D39: erases ciphertext, salt and journal', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    const old = await read(credential.id);
    const refresh = await stack.admin.post(`/v1/credentials/${credential.id}/refresh`);
    await finish(stack.admin, refresh.body.authorization.id);
    const kept = [
      old,
      await read(credential.id),
      ...(await query('select * from token_journal where credential_id = $1', [credential.id])),
    ];
    expect(kept).toHaveLength(3);
    const traces = kept.flatMap((row: Row) => [
      row.key_salt.toString('hex'),
      row.sealed.subarray(-40).toString('hex'),
    ]);
    const hits = async () => {
      const lines = await dumpDatabase(stack.database.superuser);
      return traces.filter((trace) => lines.some((line) => line.includes(trace)));
    };
    expect((await hits()).length).toBeGreaterThanOrEqual(4);
    const removal = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
    expect(await finish(stack.admin, removal.body.authorization.id)).toMatchObject({ status: 'succeeded' });
    expect(await hits()).toEqual([]);
  });

  it('D39: erases a credential whose ciphertext does not open any more, and says that nothing was revoked', async () => {
    const { credential } = await connect(stack, { provider: 'sandbox' });
    await query(`update credential set sealed = '\\x00' where id = $1`, [credential.id]);
    const removal = await stack.admin.delete(`/v1/credentials/${credential.id}?force=true`);
    expect(await finish(stack.admin, removal.body.authorization.id)).toMatchObject({
      status: 'failed',
      error: { code: 'revocation_failed' },
    });
    expect(await query('select id from credential where id = $1', [credential.id])).toEqual([]);
  });
});

describe(`root keys (${transport})`, () => {
  const boot = (rootKeys: string) =>
    openRuntime(
      { ...stack.api.settings, rootKeys: new Secret(rootKeys) },
      { role: 'api', log: stack.api.log },
    );

  it('C28: a boot with another key, or without the one in use, stops with a line that names it', async () => {
    const other = randomBytes(32).toString('base64');
    const refusals = [
      [
        `local:${other}`,
        'LATCHKEY_ROOT_KEYS: the key "local" is not the one this database was used with. Restore it.',
      ],
      [
        `other:${other}`,
        'LATCHKEY_ROOT_KEYS: the key "local" is missing, but data keys are wrapped with it. Add it again.',
      ],
    ] as const;
    for (const [keys, line] of refusals) {
      const refusal = await boot(keys).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigurationError);
      expect((refusal as ConfigurationError).lines).toEqual([line]);
      expect(String(refusal)).not.toContain(other);
    }
    expect(await query('select key_id from root_key_check')).toEqual([{ key_id: 'local' }]);
  });
});
