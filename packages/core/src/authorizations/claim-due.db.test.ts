import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor, type Context } from '../context.ts';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { claimDue, type SystemContext } from './claim-due.ts';

let database: ScratchDatabase;
let others: Orm[];

beforeAll(async () => {
  database = await openScratchDatabase('claim');
  others = await Promise.all([1, 2, 3].map(() => database.openAnother()));
});

afterAll(() => database.drop());

beforeEach(() =>
  database.superuser.query('delete from event; delete from "authorization"; delete from credential'),
);

/** What a claim touches of a context. */
function systemOn(orm: Orm): SystemContext {
  return (workspaceId) => {
    const em: EntityManager = acrossWorkspaces(orm.em);
    const vault = { newSalt: () => randomBytes(16) };
    return { workspaceId, actor: systemActor, em, vault, nudge: () => undefined } as unknown as Context;
  };
}

const kinds = {
  refresh_token: { column: 'next_refresh_at', method: 'oauth2' },
  validate_key: { column: 'next_validation_at', method: 'api_key' },
} as const;
type Kind = keyof typeof kinds;

interface DueOptions {
  readonly kind?: Kind;
  /** How much longer than those of other workspaces they have waited. */
  readonly olderByDays?: number;
}

/** A workspace with so many credentials that are due, the first for longest. */
async function workspaceWithDue(
  count: number,
  { kind = 'refresh_token', olderByDays = 0 }: DueOptions = {},
): Promise<string> {
  const workspaceId = newId('workspace');
  await db(acrossWorkspaces(database.orm.em))
    .insertInto('workspace')
    .values({ id: workspaceId, name: workspaceId })
    .execute();
  await database.superuser.query(
    `insert into credential (id, workspace_id, provider, name, auth_method, status, health, is_default, key_salt,
      sealed, token_version, ${kinds[kind].column})
    select $1 || '-' || n, $1, 'sandbox', 'Credential ' || n, $3, 'active', 'ok', n = 1, '', '', 1,
      now() - make_interval(days => $4::integer, mins => 1000 - n)
    from generate_series(1, $2::integer) n`,
    [workspaceId, count, kinds[kind].method, olderByDays],
  );
  return workspaceId;
}

const claim = (depth: number, kind: Kind = 'refresh_token', orm = database.orm) =>
  claimDue(systemOn(orm), kind, depth);

async function claimedOf(workspaceId: string): Promise<number[]> {
  const { rows } = await database.superuser.query<{ n: number }>(
    `select split_part(credential_id, '-', 2)::integer as n from "authorization" where workspace_id = $1 order by n`,
    [workspaceId],
  );
  return rows.map(({ n }) => n);
}

async function sharesOf(workspaces: readonly string[]): Promise<number[][]> {
  const shares: number[][] = [];
  for (const workspace of workspaces) shares.push(await claimedOf(workspace));
  return shares;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Workers take what waits, and finish it. */
const finishAll = () =>
  database.superuser.query(
    `update "authorization" set status = 'succeeded', next_attempt_at = null where status = 'queued'`,
  );

describe.each(Object.keys(kinds) as Kind[])('claimDue of %s', (kind) => {
  it('claims the oldest of each workspace in equal shares when more is due than may wait', async () => {
    const large = await workspaceWithDue(300, { kind, olderByDays: 1 });
    const small = await workspaceWithDue(50, { kind });
    expect(await claim(40, kind)).toBe(40);
    expect(await claimedOf(large)).toEqual(upTo(20));
    expect(await claimedOf(small)).toEqual(upTo(20));
  });

  it('queues one of each workspace after the other, so that the relay has them in that order', async () => {
    const workspaces = [
      await workspaceWithDue(9, { kind, olderByDays: 1 }),
      await workspaceWithDue(9, { kind }),
    ];
    await claim(8, kind);
    const { rows } = await database.superuser.query<{ workspace_id: string }>(
      `select workspace_id from event where type = 'latchkey.authorization.queued' order by position`,
    );
    const turns = [0, 2, 4, 6].map((at) => rows.slice(at, at + 2).map((row) => row.workspace_id));
    for (const turn of turns) expect(turn.toSorted()).toEqual(workspaces.toSorted());
  });
});

describe('claimDue', () => {
  it('gives what small workspaces leave over to the large one', async () => {
    const large = await workspaceWithDue(300, { olderByDays: 1 });
    const small: string[] = [];
    for (const count of upTo(7)) small.push(await workspaceWithDue(count));
    expect(await claim(100)).toBe(100);
    expect(await sharesOf(small)).toEqual(upTo(7).map(upTo));
    expect(await claimedOf(large)).toEqual(upTo(100 - 28));
  });

  it('claims one each of the workspaces that have waited longest when there are too many for all', async () => {
    const workspaces: string[] = [];
    for (const _ of upTo(12)) workspaces.push(await workspaceWithDue(3));
    expect(await claim(9)).toBe(9);
    const shares = await sharesOf(workspaces);
    expect(shares.filter((share) => share.length > 0)).toEqual(upTo(9).map(() => [1]));
    await finishAll();
    await claim(9);
    for (const share of await sharesOf(workspaces)) expect(share.length).toBeGreaterThanOrEqual(1);
  });

  it('lets no more wait than its depth, and goes on as they end', async () => {
    const workspaceId = await workspaceWithDue(25);
    expect(await claim(10)).toBe(10);
    expect(await claim(10)).toBe(0);
    await database.superuser.query(
      `update "authorization" set status = 'running' where credential_id in ($1 || '-1', $1 || '-2', $1 || '-3')`,
      [workspaceId],
    );
    expect(await claim(10)).toBe(3);
    await database.superuser.query(
      `update "authorization" set next_attempt_at = now() + interval '1 minute' where credential_id = $1 || '-4'`,
      [workspaceId],
    );
    expect(await claim(10)).toBe(1);
    await finishAll();
    expect(await claim(100)).toBe(25 - 14);
    expect(await claim(100)).toBe(0);
    expect(await claimedOf(workspaceId)).toEqual(upTo(25));
  });

  it('leaves alone what is not due, not active, or without a time', async () => {
    const workspaceId = await workspaceWithDue(4);
    await database.superuser.query(
      `update credential set next_refresh_at = case right(id, 1) when '1' then now() + interval '1 minute' when '2' then null else next_refresh_at end,
        status = case right(id, 1) when '3' then 'reauthorization_required' else status end where workspace_id = $1`,
      [workspaceId],
    );
    expect(await claim(100)).toBe(1);
    expect(await claim(1)).toBe(0);
    expect(await claimedOf(workspaceId)).toEqual([4]);
  });

  it('queues nothing for a credential that has a refresh at work already', async () => {
    const workspaceId = await workspaceWithDue(2);
    await claim(10);
    await database.superuser.query(`update credential set next_refresh_at = now() - interval '1 minute'`);
    expect(await claim(10)).toBe(2);
    expect(await claimedOf(workspaceId)).toEqual([1, 2]);
  });

  it.each([7, 30, 1000])(
    'claims nothing twice with four processes at once (depth %i)',
    { timeout: 60_000 },
    async (depth) => {
      const workspaces = [await workspaceWithDue(150), await workspaceWithDue(40), await workspaceWithDue(3)];
      let total = 0;
      while (total < 193) {
        const claims = [database.orm, ...others].map((orm) => claim(depth, 'refresh_token', orm));
        total += (await Promise.all(claims)).reduce((sum, one) => sum + one, 0);
        await finishAll();
      }
      expect(total).toBe(193);
      expect(await sharesOf(workspaces)).toEqual([upTo(150), upTo(40), upTo(3)]);
    },
  );

  it('does not wait for a credential that somebody else has locked', async () => {
    const workspaceId = await workspaceWithDue(6);
    await database.superuser.query('begin');
    await database.superuser.query(`select id from credential where id = $1 || '-1' for update`, [
      workspaceId,
    ]);
    try {
      expect(await claim(100)).toBe(5);
    } finally {
      await database.superuser.query('rollback');
    }
    expect(await claim(100)).toBe(1);
  });
});
