import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { db, openOrm } from './orm.ts';

let database: ScratchDatabase;

beforeAll(async () => {
  database = await openScratchDatabase('cut');
});

afterAll(() => database.drop());

describe('a connection that the server cuts', () => {
  it('F55: in a transaction leaves its place in the pool, however often it happens, and the pool still closes', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 2 });
    const cutInTransaction = () =>
      orm.em.fork().transactional(async (em) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db(em));
        await database.superuser.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        await sql`select 1`.execute(db(em));
      });
    for (let cut = 0; cut < 5; cut += 1)
      await expect(cutInTransaction()).rejects.toThrow(/terminat|connection/i);

    // A query right after a cut may meet the dying connection; a pool without places would never answer.
    const one = () => sql<{ one: number }>`select 1 as one`.execute(db(orm.em.fork()));
    const ask = () => one().catch(one).catch(one);
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ rows }) => rows[0]?.one)).toEqual([1, 1, 1]);
    await orm.close(true);
  }, 10_000);
});
