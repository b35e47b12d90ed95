import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cutDatabase } from '../support/cut-database.ts';
import { eventually } from '../support/eventually.ts';
import { finish, providerLog } from '../support/flows.ts';
import { issuedButUnanswered, openConnection, type Connection } from '../support/refreshes.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';

let stack: Stack;
let folder: string;
const lines: string[] = [];

beforeAll(async () => {
  stack = await startStack({ onLog: (line) => lines.push(line) });
  folder = stack.worker.spill.folder;
});

afterAll(() => stack.close());

beforeEach(() => stack.sandbox.control.clearLog());

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const spilled = () => readdirSync(folder).filter((name) => name.endsWith('.json'));
const told = (text: string) => lines.filter((line) => line.includes(text)).length;

/** Sends a refresh. It is answered only after the test has done what it does to the database. */
async function sendRefresh(connection: Connection) {
  await stack.sandbox.control.addFault({
    provider: 'sandbox',
    endpoint: 'token.refresh',
    fault: 'delay',
    ms: 5000,
    phase: 'after',
  });
  const authorization = await connection.refresh();
  const { issued } = await issuedButUnanswered(stack);
  return { authorization, issued };
}

async function apiIsBack(authorization: string) {
  await eventually(
    async () => (await stack.admin.get(`/v1/authorizations/${authorization}`)).status === 200,
    { describe: 'the API is back', timeoutMs: 20_000 },
  );
}

async function sourcesOf({ id }: Connection) {
  const { rows } = await stack.database.superuser.query(
    'select source from token_journal where credential_id = $1',
    [id],
  );
  return rows.map(({ source }) => source);
}

describe(`a token answer that the database does not take (${transport})`, () => {
  it('I3: is in a file while the database is away, and nowhere but in the database once it is back', async () => {
    const connection = await openConnection(stack);
    const { authorization, issued } = await sendRefresh(connection);
    const { end } = await cutDatabase(stack.database);
    try {
      await eventually(() => spilled().length === 1, { describe: 'the answer is in a file' });
      expect(await connection.row()).toMatchObject({ token_version: 1 });
    } finally {
      await end();
    }
    await apiIsBack(authorization);
    expect(await finish(stack.admin, authorization, 30)).toMatchObject({ status: 'succeeded' });
    await eventually(() => spilled().length === 0, { describe: 'the file is gone' });
    expect(await connection.row()).toMatchObject({ token_version: 2, status: 'active', health: 'ok' });
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect(await sourcesOf(connection)).toEqual(['answer']);
    expect(await connection.leased()).toBe(issued?.accessToken);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
  });

  it('I3: is in a file while the database hangs', async () => {
    const connection = await openConnection(stack);
    const { superuser } = stack.database;
    const { authorization, issued } = await sendRefresh(connection);
    await superuser.query('begin');
    try {
      await superuser.query('select from credential where id = $1 for update', [connection.id]);
      await eventually(() => spilled().length === 1, { describe: 'the answer is in a file' });
    } finally {
      await superuser.query('rollback');
    }
    expect(await finish(stack.admin, authorization, 30)).toMatchObject({ status: 'succeeded' });
    await eventually(() => spilled().length === 0, { describe: 'the file is gone' });
    expect(await connection.attempts()).toEqual(['succeeded']);
    expect(await connection.leased()).toBe(issued?.accessToken);
  });

  it('is kept in memory, and loudly so, where no file can be written', async () => {
    const connection = await openConnection(stack);
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, 'in the way');
    const { authorization, issued } = await sendRefresh(connection);
    const { end } = await cutDatabase(stack.database);
    try {
      await eventually(() => told('it is in memory only') > 0, { describe: 'it is told' });
    } finally {
      await end();
    }
    await apiIsBack(authorization);
    expect(await finish(stack.admin, authorization, 30)).toMatchObject({ status: 'succeeded' });
    expect(await sourcesOf(connection)).toEqual(['answer']);
    expect(await connection.leased()).toBe(issued?.accessToken);
    expect(await providerLog(stack, 'sandbox', 'token.refresh')).toHaveLength(1);
  });
});
