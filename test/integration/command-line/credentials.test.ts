import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { addKey, connect } from '../../support/flows.ts';
import { latchkeyHere } from '../../support/latchkey-here.ts';
import { runLatchkey } from '../../support/run-latchkey.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const latchkey = (args: readonly string[], options = {}) => latchkeyHere(stack, args, options);

async function json(...args: string[]) {
  const { stdout, stderr, exitCode } = await latchkey(['--json', ...args]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

const credentialOf = async (id: string) => (await stack.admin.get(`/v1/credentials/${id}`)).body;

const inUse = (credentialId: string) =>
  stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId }).then(({ status }) => {
    expect(status).toBe(200);
    return eventually(async () => (await credentialOf(credentialId)).lastUsedAt, {
      describe: 'the lease is noted at the credential',
    });
  });

describe(`latchkey credentials (${transport})`, () => {
  it('add a key that is read from standard input, follow its check, and never show it', async () => {
    const args = ['credentials', 'add-key', 'sandbox', '--name', 'By pipe'];
    const added = await runLatchkey(stack, args, { stdin: 'sbx_valid_piped\n' });
    expect(added.exitCode, added.stderr).toBe(0);
    expect(added.stdout).toMatch(/validate_key +succeeded +sandbox/);
    const { items } = await json('credentials', 'list', '--search', 'By pipe');
    expect(items).toMatchObject([{ name: 'By pipe', status: 'active' }]);
    const shown = await latchkey(['credentials', 'show', items[0].id]);
    expect(shown.stdout).toMatch(/^name +By pipe$/m);
    expect(added.stdout + added.stderr + shown.stdout).not.toContain('sbx_');
  });

  it('a key that the provider refuses ends with 1 and the reason, and can be replaced', async () => {
    const added = await latchkey(['--json', 'credentials', 'add-key', 'sandbox'], { stdin: 'sbx_wrong' });
    expect(added).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('(key_rejected)') });
    const { credentialId } = JSON.parse(added.stdout);
    const args = ['credentials', 'replace-key', credentialId];
    expect(await latchkey(args, { stdin: 'sbx_valid_now' })).toMatchObject({ exitCode: 0 });
    expect((await credentialOf(credentialId)).status).toBe('active');
  });

  it.each([
    ['as an option', ['--field', 'apiKey=sbx_valid'], '"apiKey" is secret'],
    ['as an argument', ['sbx_valid'], 'too many arguments'],
    ['not at all', [], 'API key: nothing was entered'],
    ['for a field that is not there', ['--field', 'other=1'], 'has no field "other"'],
  ])('take no key %s', async (_name, args, message) => {
    const before = (await json('credentials', 'list')).items.length;
    const ran = await latchkey(['credentials', 'add-key', 'sandbox', ...args]);
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
    expect((await json('credentials', 'list')).items).toHaveLength(before);
  });

  it('list by filter, page by page, as a table or as JSON', async () => {
    await addKey(stack, 'sandbox', { apiKey: 'sbx_wrong' }, 'Needs its person');
    const needy = await latchkey(['credentials', 'list', '--provider', 'sandbox', '--needs', 'user']);
    expect(needy.stdout).toMatch(/^ID +PROVIDER +NAME +STATUS +DEFAULT +ACCOUNT +EXPIRES +ERROR/);
    expect(needy.stdout).toContain('Needs its person');
    expect(needy.stdout).not.toContain('By pipe');
    const one = await latchkey(['--json', 'credentials', 'list', '--limit', '1', '--sort', 'name']);
    expect(JSON.parse(one.stdout).items).toHaveLength(1);
    expect(one.stderr).toContain('There are more than 1');
    expect((await latchkey(['credentials', 'list', '--status', 'lost'])).exitCode).toBe(2);
  });

  it('are renamed, made the default, checked and refreshed', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_2' });
    await latchkey(['credentials', 'rename', credential.id, "Ada's key"]);
    await latchkey(['credentials', 'set-default', credential.id]);
    expect(await credentialOf(credential.id)).toMatchObject({ name: "Ada's key", isDefault: true });
    expect((await latchkey(['credentials', 'validate', credential.id])).stdout).toContain('succeeded');

    const account = (await connect(stack, { provider: 'sandbox' })).credential;
    const refreshed = await latchkey(['credentials', 'refresh', account.id]);
    expect(refreshed.stdout).toMatch(/refresh_token +succeeded/);
    expect((await credentialOf(account.id)).tokenVersion).toBe(account.tokenVersion + 1);
    const refused = await latchkey(['credentials', 'refresh', credential.id]);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/\(\w+, request req_/) });
  });

  it('give an address for somebody without an account', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_3' });
    const { id, url } = await json('credentials', 'link', credential.id);
    expect(url).toContain(`${stack.url}/connect/`);
    expect((await stack.admin.get(`/v1/connect-sessions/${id}`)).body.status).toBe('open');
  });

  it('are removed only when somebody says so, and those in use only by force', async () => {
    const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_4' }, 'To be removed');
    await inUse(credential.id);
    const remove = ['credentials', 'remove', credential.id];
    const unasked = await latchkey(remove);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Remove "To be removed"') });
    const refused = await latchkey([...remove, '--yes']);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('credential_in_use') });
    expect((await credentialOf(credential.id)).status).toBe('active');
    const removed = await latchkey([...remove, '--yes', '--force']);
    expect(removed.stdout).toMatch(/revoke +succeeded/);
    expect((await stack.admin.get(`/v1/credentials/${credential.id}`)).status).toBe(404);
  });
});

describe(`latchkey authorizations (${transport})`, () => {
  it('are begun, shown and cancelled', async () => {
    const begun = await json('authorizations', 'start', 'sandbox', '--name', 'Soon');
    expect(begun.authorizationUrl).toContain('/oauth/start/');
    const list = ['authorizations', 'list', '--status', 'awaiting_consent', '--kind', 'exchange_code'];
    expect((await latchkey(list)).stdout).toContain(begun.id);
    expect((await latchkey(['authorizations', 'show', begun.id])).stdout).toMatch(
      /^status +awaiting_consent$/m,
    );
    const cancelled = await latchkey(['authorizations', 'cancel', begun.id]);
    expect(cancelled.stdout).toMatch(/exchange_code +cancelled/);
    expect(await latchkey(['authorizations', 'show', 'auth_nobodys'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('authorization_not_found'),
    });
  });

  it('are cancelled together after a count, and only with --yes where nobody can be asked', async () => {
    for (const name of ['One', 'Two']) await json('authorizations', 'start', 'sandbox', '--name', name);
    const all = ['authorizations', 'cancel-all', '--status', 'awaiting_consent'];
    expect(await json(...all, '--dry-run')).toEqual({ matched: 2, cancelled: 0 });
    expect(await latchkey(all)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('2 would be cancelled'),
    });
    expect(await json(...all, '--yes')).toEqual({ matched: 2, cancelled: 2 });
    expect(await json(...all)).toEqual({ matched: 0, cancelled: 0 });
  });
});
