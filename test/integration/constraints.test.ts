import { openScratchDatabase, type ScratchDatabase } from '@latchkey/core/testing/scratch-database.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let database: ScratchDatabase;

beforeAll(async () => {
  database = await openScratchDatabase('constraints');
  await run(`insert into workspace (id, name) values ('ws_1', 'One'), ('ws_2', 'Two')`);
});

afterAll(() => database.drop());

const run = (statement: string) => database.superuser.query(statement);

let made = 0;

/** Two credentials of a provider of their own, the first the default. */
async function pair(): Promise<{ provider: string; first: string; second: string }> {
  made += 1;
  const provider = `provider_${made}`;
  const [first, second] = [`cred_${made}_a`, `cred_${made}_b`];
  await run(`${insertInto}
    ('${first}', 'ws_1', '${provider}', 'a', 'api_key', 'active', 'ok', true, '\\x00', '\\x00', 3),
    ('${second}', 'ws_1', '${provider}', 'b', 'api_key', 'active', 'ok', false, '\\x00', '\\x00', 3)`);
  return { provider, first, second };
}

const insertInto = `insert into credential
  (id, workspace_id, provider, name, auth_method, status, health, is_default, key_salt, sealed, token_version) values`;

/** What the database refused with: the constraint, or its words. */
async function refusal(...statements: string[]): Promise<string> {
  await run('begin');
  try {
    for (const statement of statements) await run(statement);
    await run('commit');
  } catch (error) {
    await run('rollback');
    const { constraint, message } = error as { constraint?: string; message: string };
    return constraint ?? message;
  }
  return 'nothing was refused';
}

describe('what the database itself holds, whatever the application does', () => {
  it('two credentials of a provider cannot both be the default', async () => {
    const { second } = await pair();
    expect(await refusal(`update credential set is_default = true where id = '${second}'`)).toBe(
      'credential_default',
    );
  });

  it('a provider with credentials cannot be without a default', async () => {
    const { first, second } = await pair();
    const demote = `update credential set is_default = false where id = '${first}'`;
    expect(await refusal(demote)).toBe('credential_one_default');
    expect(await refusal(`delete from credential where id = '${first}'`)).toBe('credential_one_default');
    expect(
      await refusal(`update credential set status = 'revoking', is_default = false where id = '${first}'`),
    ).toBe('credential_one_default');
    expect(await refusal(demote, `update credential set is_default = true where id = '${second}'`)).toBe(
      'nothing was refused',
    );
  });

  it('a credential that is being removed cannot be the default', async () => {
    const { first } = await pair();
    expect(await refusal(`update credential set status = 'revoking' where id = '${first}'`)).toBe(
      'credential_check',
    );
  });

  it('a private credential has an owner, and is neither the default nor in want of one', async () => {
    const { provider, first, second } = await pair();
    const hide = (id: string) =>
      `update credential set visibility = 'private', owner = 'ada', is_default = false where id = '${id}'`;
    const promote = `update credential set is_default = true where id = '${second}'`;
    expect(await refusal(`update credential set visibility = 'private' where id = '${second}'`)).toBe(
      'credential_private_owned',
    );
    expect(
      await refusal(`update credential set visibility = 'private', owner = 'ada' where id = '${first}'`),
    ).toBe('credential_private_no_default');
    expect(
      await refusal(`update credential set visibility = 'secret', owner = 'ada' where id = '${second}'`),
    ).toBe('credential_visibility_check');
    expect(await refusal(hide(first))).toBe('credential_one_default');
    expect(await refusal(hide(first), promote)).toBe('nothing was refused');
    expect(await refusal(hide(second))).toBe('nothing was refused');
    const { rows } = await run(`select id from credential where provider = '${provider}' and is_default`);
    expect(rows).toEqual([]);
    const show = `update credential set visibility = 'workspace' where id = '${first}'`;
    expect(await refusal(show)).toBe('credential_one_default');
    expect(await refusal(show, `update credential set is_default = true where id = '${first}'`)).toBe(
      'nothing was refused',
    );
  });

  it('token_version and fence cannot fall', async () => {
    const { first } = await pair();
    await run(`update credential set token_version = 5, fence = 9 where id = '${first}'`);
    expect(await refusal(`update credential set token_version = 4 where id = '${first}'`)).toBe(
      'credential_token_version_rises',
    );
    expect(await refusal(`update credential set fence = 8 where id = '${first}'`)).toBe(
      'credential_token_version_rises',
    );
    expect(await refusal(`update credential set fence = 10, token_version = 6 where id = '${first}'`)).toBe(
      'nothing was refused',
    );
  });

  it('names are unique per workspace and provider, and free again once their credential is being removed', async () => {
    const { provider, first, second } = await pair();
    expect(await refusal(`update credential set name = 'a' where id = '${second}'`)).toBe('credential_name');
    expect(await refusal(`update credential set name = ' a' where id = '${second}'`)).toBe(
      'credential_name_check',
    );
    expect(
      await refusal(
        `${insertInto} ('other_${first}', 'ws_2', '${provider}', 'a', 'api_key', 'active', 'ok', true, '\\x00', '\\x00', 1)`,
      ),
    ).toBe('nothing was refused');
    const remove = `update credential set status = 'revoking', is_default = false where id = '${first}'`;
    const rename = `update credential set name = 'a', is_default = true where id = '${second}'`;
    expect(await refusal(remove, rename)).toBe('nothing was refused');
  });

  it('one authorization of a kind is at work per credential', async () => {
    const { first, provider } = await pair();
    const insert = (id: string, kind: string, status: string) =>
      `insert into "authorization" (id, workspace_id, kind, status, provider, credential_id, reason, requested_by, key_salt)
       values ('${id}${made}', 'ws_1', '${kind}', '${status}', '${provider}', '${first}', 'user', 'test', '\\x00')`;
    expect(await refusal(insert('auth_a', 'refresh_token', 'running'))).toBe('nothing was refused');
    expect(await refusal(insert('auth_b', 'refresh_token', 'queued'))).toBe('authorization_one_at_work');
    expect(await refusal(insert('auth_c', 'refresh_token', 'failed'))).toBe('nothing was refused');
    expect(await refusal(insert('auth_d', 'revoke', 'queued'))).toBe('nothing was refused');
  });

  it('E41: an audit entry cannot be changed, deleted, truncated, or sealed twice', async () => {
    await run(`insert into audit_entry (id, workspace_id, actor_type, actor_id, actor_name, action, subject, outcome, data)
      values ('aud_1', 'ws_1', 'system', 'system', 'test', 'lease.issue', 'cred_1', 'success', '{}')`);
    const refused = 'audit_entry is append-only';
    expect(await refusal(`update audit_entry set action = 'lease.report'`)).toBe(refused);
    expect(await refusal(`update audit_entry set data = '{"a": 1}'`)).toBe(refused);
    expect(await refusal('delete from audit_entry')).toBe(refused);
    expect(await refusal('truncate audit_entry')).toBe(refused);
    expect(await refusal('truncate workspace cascade')).toBe(refused);
    expect(await refusal(`update audit_entry set sequence = 1, hash = '\\x01'`)).toBe('nothing was refused');
    expect(await refusal(`update audit_entry set sequence = 2, hash = '\\x02'`)).toBe(refused);
  });

  it('an entry of the token journal cannot be changed', async () => {
    await run(`insert into token_journal (id, workspace_id, credential_id, attempt_id, fence, token_version, key_salt, sealed)
      values ('jrn_1', 'ws_1', 'cred_1', 'att_1', 1, 2, '\\x00', '\\x00')`);
    expect(await refusal(`update token_journal set sealed = '\\x01'`)).toBe('token_journal is append-only');
  });
});
