import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signInAs } from '../../support/people.ts';
import { latchkeyHere } from '../../support/latchkey-here.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const latchkey = (args: readonly string[], options = {}) => latchkeyHere(stack, args, options);

describe(`latchkey oauth-clients (${transport})`, () => {
  it('are set with a secret from standard input, shown without it, and removed', async () => {
    const set = ['oauth-clients', 'set', 'notion', '--client-id', 'mine'];
    const made = await latchkey(set, { stdin: 'the-secret-of-it\n' });
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toMatch(/notion +custom +mine +kept/);
    const kept = await latchkey([...set.slice(0, -1), 'other', '--keep-secret']);
    expect(kept.stdout).toMatch(/notion +custom +other +kept/);
    const shown = await latchkey(['oauth-clients', 'show', 'notion']);
    expect(shown.stdout).toMatch(/^clientId +other$/m);
    expect((await latchkey(['oauth-clients', 'list'])).stdout).toMatch(/^notion +custom/m);
    expect(made.stdout + made.stderr + shown.stdout).not.toContain('the-secret-of-it');
    const remove = ['oauth-clients', 'remove', 'notion'];
    expect(await latchkey(remove)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect((await latchkey([...remove, '--yes'])).stdout).toMatch(/notion +default/);
  });

  it('of a provider with parameters of its own takes them, and says which one is wrong', async () => {
    const set = ['oauth-clients', 'set', 'onedrive', '--client-id', 'mine', '--param'];
    const wrong = await latchkey([...set, 'tenat=x'], { stdin: 'secret' });
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('params.tenat') });
    expect((await latchkey([...set, 'nothing'], { stdin: 'secret' })).exitCode).toBe(2);
    const right = await latchkey(['--json', ...set, 'tenant=organizations'], { stdin: 'secret' });
    expect(JSON.parse(right.stdout).params).toEqual({ tenant: 'organizations' });
  });
});

describe(`latchkey service-tokens (${transport})`, () => {
  it('are made, printed once, changed, rotated and revoked', async () => {
    const made = await latchkey(['--json', 'service-tokens', 'create', 'ci', '--role', 'viewer']);
    const { id, token } = JSON.parse(made.stdout);
    expect(made.stderr).toContain('never shown again');
    const use = async (value: string) => (await latchkey(['credentials', 'list'], { token: value })).exitCode;
    expect(await use(token)).toBe(0);
    const change = ['--name', 'ci 2', '--expires', '2099-01-01', '--network', '10.0.0.0/8', '127.0.0.1'];
    expect((await latchkey(['service-tokens', 'update', id, ...change])).stdout).toMatch(
      /ci 2 +viewer +– +2099-01-01T00:00:00.000Z/,
    );
    const cleared = ['--json', 'service-tokens', 'update', id, '--expires', 'never', '--network', 'any'];
    expect(JSON.parse((await latchkey(cleared)).stdout)).toMatchObject({
      expiresAt: null,
      allowedAddresses: null,
    });
    const rotated = await latchkey(['--json', 'service-tokens', 'rotate', id, '--overlap', '0']);
    const next = JSON.parse(rotated.stdout).token;
    expect([await use(token), await use(next)]).toEqual([1, 0]);
    const listed = await latchkey(['service-tokens', 'list']);
    expect(listed.stdout).toContain('ci 2');
    expect(listed.stdout).not.toContain('lk_');
    expect((await latchkey(['service-tokens', 'revoke', id])).exitCode).toBe(2);
    expect((await latchkey(['service-tokens', 'revoke', id, '--yes'])).exitCode).toBe(0);
    expect(await use(next)).toBe(1);
  });

  it.each([
    ['a time', ['--expires', 'soon'], '"soon" is not a time'],
    ['anything to change', [], 'Nothing to change'],
  ])('are not changed without %s', async (_name, args, message) => {
    const ran = await latchkey(['service-tokens', 'update', 'st_1', ...args]);
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});

describe(`latchkey sessions (${transport})`, () => {
  it('are listed, and ended one by one or all of a person', async () => {
    const { client } = await signInAs(stack, 'ada@corp.test', 'editor');
    const isIn = async () => (await client.get('/auth/session')).status === 200;
    const items = async () => JSON.parse((await latchkey(['--json', 'sessions', 'list'])).stdout).items;
    const [first] = (await items()).filter(({ role }: { role: string }) => role === 'editor');
    expect((await latchkey(['sessions', 'list'])).stdout).toContain(first.id);
    expect(await isIn()).toBe(true);
    expect((await latchkey(['sessions', 'end', first.id])).exitCode).toBe(0);
    expect(await isIn()).toBe(false);
    await signInAs(stack, 'ada@corp.test', 'editor');
    const all = ['sessions', 'end-all', first.subject];
    expect(await latchkey(all)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--yes') });
    expect((await latchkey([...all, '--yes'])).stdout).toMatch(/ 1$/m);
    expect((await items()).some(({ id }: { id: string }) => id === first.id)).toBe(false);
  });
});
