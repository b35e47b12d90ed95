import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onServer } from '@latchkey/core/testing/on-server.ts';
import { eventually } from '../support/eventually.ts';
import { finish, providerLog } from '../support/flows.ts';
import { issuedButUnanswered, openConnection } from '../support/refreshes.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
const lines: string[] = [];

beforeAll(async () => {
  stack = await startStack({ onLog: (line) => lines.push(line) });
});

afterAll(() => stack.close());

/** Cuts every connection but ours, and refuses new ones until `end`. */
async function outage() {
  const { rows } = await stack.database.superuser.query('select current_database() as name');
  const name: string = rows[0].name;
  const cut = () =>
    stack.database.superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
  await onServer(`alter database ${name} allow_connections false`);
  await cut();
  return { end: () => onServer(`alter database ${name} allow_connections true`) };
}

describe(`a refresh while something is down (${transport})`, () => {
  it('I3: a token that was issued while the database went away is stored when it is back', async () => {
    const connection = await openConnection(stack);
    await stack.sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: 5000,
      phase: 'after',
    });
    const authorization = await connection.refresh();
    const { issued } = await issuedButUnanswered(stack);
    const { end } = await outage();
    try {
      await eventually(() => lines.some((line) => line.includes('could not be stored yet')), {
        describe: 'storing the answer fails',
      });
      expect(await connection.row()).toMatchObject({ token_version: 1 });
    } finally {
      await end();
    }
    await eventually(
      async () => (await stack.admin.get(`/v1/authorizations/${authorization}`)).status === 200,
      {
        describe: 'the API is back',
        timeoutMs: 20_000,
      },
    );
    expect(await finish(stack.admin, authorization, 30)).toMatchObject({ status: 'succeeded' });
    expect(await connection.row()).toMatchObject({ token_version: 2, status: 'active', health: 'ok' });
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect(await connection.leased()).toBe(issued?.accessToken);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
  });

  it('a request that cannot leave is recorded as not sent, costs nothing, and the token at hand is leased', async () => {
    const connection = await openConnection(stack);
    const token = await connection.leased();
    await stack.sandbox.close();
    await connection.refresh();
    await eventually(
      async () => (await connection.attempts()).filter((state) => state === 'not_sent').length >= 2,
      {
        describe: 'it is tried again',
        timeoutMs: 20_000,
      },
    );
    expect(await connection.row()).toMatchObject({
      status: 'active',
      health: 'refresh_failing',
      token_version: 1,
      last_error_code: 'provider_unavailable',
    });
    expect(await connection.leased()).toBe(token);
    expect(
      (await connection.attempts()).filter((state) => !['not_sent', 'presented'].includes(state)),
    ).toEqual([]);
  });
});
