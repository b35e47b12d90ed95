import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sql } from 'kysely';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { acrossWorkspaces, db, migrate, openOrm, warnWithoutPolicies, withinWorkspaces } from './index.ts';

let database: ScratchDatabase;
const [ours, theirs] = [newId('workspace'), newId('workspace')];

beforeAll(async () => {
  database = await openScratchDatabase('reach');
  await database.superuser.query('insert into workspace (id, name) values ($1, $1), ($2, $2)', [
    ours,
    theirs,
  ]);
});

afterAll(() => database.drop());

const em = () => database.orm.em.fork();
/** A query that forgets its `where`. */
const seen = async (reaching: EntityManager) =>
  (await db(reaching).selectFrom('workspace').select('id').orderBy('id').execute()).map(({ id }) => id);

const soon = { timeout: 10_000, interval: 20 };

describe('withinWorkspaces', () => {
  it('D38: lets a query that forgets its where see those workspaces only', async () => {
    expect(await seen(withinWorkspaces(em(), [ours]))).toEqual([ours]);
    expect(await seen(withinWorkspaces(em(), [theirs]))).toEqual([theirs]);
    expect(await seen(withinWorkspaces(em(), [theirs, ours]))).toEqual([ours, theirs].toSorted());
    expect(await seen(acrossWorkspaces(em()))).toEqual([ours, theirs].toSorted());
  });

  it('shows nothing without a reach', async () => {
    expect(await seen(em())).toEqual([]);
    expect(await seen(withinWorkspaces(em(), []))).toEqual([]);
  });

  it('takes no list, and no star, for an id', async () => {
    expect(await seen(withinWorkspaces(em(), [`${ours},${theirs}`]))).toEqual([]);
    expect(await seen(withinWorkspaces(em(), ['*']))).toEqual([]);
  });

  it('refuses to write what it would not see', async () => {
    const forged = db(withinWorkspaces(em(), [ours]))
      .insertInto('service_token')
      .values({ id: 'st_forged', workspaceId: theirs, name: 'a', role: 'admin', tokenHash: Buffer.from('a') })
      .execute();
    await expect(forged).rejects.toThrow('row-level security');
    const { numUpdatedRows } = await db(withinWorkspaces(em(), [ours]))
      .updateTable('workspace')
      .set({ name: 'Taken over' })
      .where('id', '=', theirs)
      .executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(0n);
  });

  it('holds in a transaction, statement by statement, and after a savepoint', async () => {
    await withinWorkspaces(em(), [ours]).transactional(async (tx) => {
      expect(await seen(tx)).toEqual([ours]);
      expect(await seen(acrossWorkspaces(tx))).toHaveLength(2);
      expect(await seen(tx)).toEqual([ours]);
      await expect(
        acrossWorkspaces(tx).transactional(async (inner) => {
          expect(await seen(inner)).toHaveLength(2);
          throw new Error('rolled back');
        }),
      ).rejects.toThrow('rolled back');
      expect(await seen(tx)).toEqual([ours]);
    });
  });

  it('leaves nothing on the connection', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1 });
    try {
      const setting = async () => {
        const { rows } = await sql<{ reach: string | null }>`
          select current_setting('latchkey.workspaces', true) as reach`.execute(orm.em.fork().getKysely());
        return rows[0]?.reach;
      };
      expect(await seen(acrossWorkspaces(orm.em))).toHaveLength(2);
      expect(await setting()).toBeOneOf([null, '']);
      await expect(sql`select 1 / 0`.execute(db(acrossWorkspaces(orm.em)))).rejects.toThrow('division');
      expect(await setting()).toBeOneOf([null, '']);
      expect(await seen(orm.em.fork())).toEqual([]);
    } finally {
      await orm.close(true);
    }
  });

  it('keeps rows, errors and what they are about', async () => {
    const one = db(withinWorkspaces(em(), [ours]));
    const { rows } = await sql<{ n: number; t: string }>`select ${1}::int as n, ${'x'} as t`.execute(one);
    expect(rows).toEqual([{ n: 1, t: 'x' }]);
    await expect(sql`select nonsense`.execute(one)).rejects.toMatchObject({ code: '42703' });
    expect((await sql`select 2 as n`.execute(one)).rows).toEqual([{ n: 2 }]);
  });

  it('ends with an error when the connection does', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1 });
    try {
      const sleeping = sql`select pg_sleep(20)`.execute(db(withinWorkspaces(orm.em, [ours])));
      const ended = sleeping.catch((error: unknown) => String(error));
      await vi.waitFor(async () => {
        const { rowCount } = await database.superuser.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`,
        );
        expect(rowCount).toBe(1);
      }, soon);
      expect(await ended).toMatch(/terminat/);
      await vi.waitFor(
        async () => expect(await seen(withinWorkspaces(orm.em, [ours]))).toEqual([ours]),
        soon,
      );
    } finally {
      await orm.close(true);
    }
  });
});

describe('ROW_LEVEL_SECURITY=off', () => {
  it('shows all', async () => {
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1, rowLevelSecurity: false });
    try {
      expect(await seen(withinWorkspaces(orm.em, [ours]))).toHaveLength(2);
    } finally {
      await orm.close(true);
    }
  });
});

describe('policies', () => {
  it('are on every table with a workspace', async () => {
    const { rows } = await database.superuser.query(`
      select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id'
      where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (
        c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'workspace_rows')
      )`);
    expect(rows).toEqual([]);
  });

  it('are made, and hold, where the user has no rights but on its own database', async () => {
    const name = `lk_owner_${randomBytes(6).toString('hex')}`;
    await database.superuser.query(`create role ${name} login password 'of-this-test'`);
    await database.superuser.query(`create database ${name} owner ${name}`);
    const url = Object.assign(new URL(database.url), {
      pathname: `/${name}`,
      username: name,
      password: 'of-this-test',
    });
    try {
      await migrate(url.href);
      const orm = await openOrm({ databaseUrl: url.href, poolSize: 1 });
      try {
        const warn = vi.fn();
        await warnWithoutPolicies(orm, { warn });
        expect(warn).not.toHaveBeenCalled();
        const insert = (id: string) =>
          db(withinWorkspaces(orm.em, [ours]))
            .insertInto('workspace')
            .values({ id, name: id })
            .execute();
        await insert(ours);
        await expect(insert(theirs)).rejects.toThrow('row-level security');
        expect(await seen(orm.em.fork())).toEqual([]);
        expect(await seen(withinWorkspaces(orm.em, [ours]))).toEqual([ours]);
      } finally {
        await orm.close(true);
      }
    } finally {
      await database.superuser.query(`drop database ${name} with (force)`);
      await database.superuser.query(`drop role ${name}`);
    }
  });

  it('are missed loudly', async () => {
    const warn = vi.fn();
    await warnWithoutPolicies(database.orm, { warn });
    expect(warn).not.toHaveBeenCalled();
    const orm = await openOrm({ databaseUrl: database.url, poolSize: 1, rowLevelSecurity: false });
    try {
      await warnWithoutPolicies(orm, { warn });
      expect(warn).toHaveBeenCalledOnce();
    } finally {
      await orm.close(true);
    }
  });

  it('let prune_audit remove nothing of another workspace', async () => {
    const prune = (reaching: EntityManager) =>
      sql<{ removed: number }>`select prune_audit(${theirs}, 1, 'audit_x') as removed`.execute(db(reaching));
    expect((await prune(withinWorkspaces(em(), [ours]))).rows).toEqual([{ removed: 0 }]);
  });
});
