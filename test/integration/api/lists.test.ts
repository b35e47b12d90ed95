import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { finish } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { sealed } from '../../support/tamper.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

interface Item {
  readonly id: string;
  readonly sequence: string;
}

/** Reads a list to its end, page by page. */
async function pages(client: Client, path: string, cursor: 'cursor' | 'after'): Promise<Item[][]> {
  const found: Item[][] = [];
  for (let next: string | null = ''; next !== null;) {
    const { status, body, text } = await client.get(`${path}${next === '' ? '' : `&${cursor}=${next}`}`);
    expect(status, text).toBe(200);
    found.push(body.items);
    next = body.nextCursor;
  }
  return found;
}

async function addKeys(client: Client, count: number, provider = 'sandbox') {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const fields = { apiKey: `sbx_valid_${index}` };
    const { body } = await client.post('/v1/credentials', { provider, name: `Key ${index}`, fields });
    await finish(client, body.authorization.id);
    ids.push(body.credential.id);
  }
  return ids;
}

describe(`lists (${transport})`, () => {
  it('credentials come oldest first, all of them, over as many pages as it takes', async () => {
    const { client } = await inNewWorkspace(stack);
    const ids = await addKeys(client, 7);
    const found = await pages(client, '/v1/credentials?limit=3', 'cursor');
    expect(found.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(found.flat().map(({ id }) => id)).toEqual(ids);
    expect((await pages(client, '/v1/credentials?limit=7', 'cursor')).length).toBe(1);
  });

  it('what is made while somebody pages neither repeats nor hides a row', async () => {
    const { client } = await inNewWorkspace(stack);
    const ids = await addKeys(client, 3);
    const first = await client.get('/v1/credentials?limit=2');
    const late = await client.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_x-ok' },
    });
    const second = await client.get(`/v1/credentials?limit=2&cursor=${first.body.nextCursor}`);
    const seen = [...first.body.items, ...second.body.items].map(({ id }: Item) => id);
    expect(seen).toEqual([...ids, late.body.credential.id]);
  });

  it('authorizations come newest first, service tokens and workspaces page as well', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const made: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      made.unshift((await client.post('/v1/authorizations', { provider: 'sandbox' })).body.id);
      await client.post('/v1/service-tokens', { name, role: 'viewer' });
    }
    const found = await pages(client, '/v1/authorizations?limit=2', 'cursor');
    expect(found.flat().map(({ id }) => id)).toEqual(made);
    const tokens = (await pages(client, '/v1/service-tokens?limit=2', 'cursor')).flat();
    expect(new Set(tokens.map(({ id }) => id)).size).toBe(6);
    expect(JSON.stringify(tokens)).not.toContain('lk_');
    const workspaces = (await pages(stack.admin, '/v1/workspaces?limit=2', 'cursor'))
      .flat()
      .map(({ id }) => id);
    expect(workspaces).toContain(workspaceId);
    expect(new Set(workspaces).size).toBe(workspaces.length);
  });

  it('filters narrow a list, and together they narrow it further', async () => {
    const { client } = await inNewWorkspace(stack);
    const [id = ''] = await addKeys(client, 1);
    await addKeys(client, 1, 'jina_reader');
    const started = await client.post('/v1/authorizations', { provider: 'sandbox' });
    const credentials = async (query: string) =>
      (await client.get(`/v1/credentials?${query}`)).body.items.length;
    expect(await credentials('provider=sandbox')).toBe(1);
    expect(await credentials('status=active')).toBe(1);
    expect(await credentials('status=invalid')).toBe(1);
    expect(await credentials('provider=sandbox&status=invalid')).toBe(0);
    const authorizations = async (query: string) =>
      (await client.get(`/v1/authorizations?${query}`)).body.items.map((item: Item) => item.id);
    expect(await authorizations('kind=exchange_code')).toEqual([started.body.id]);
    expect(await authorizations('status=awaiting_consent')).toEqual([started.body.id]);
    expect(await authorizations(`credentialId=${id}`)).toHaveLength(1);
    expect(await authorizations(`credentialId=${id}&status=failed`)).toEqual([]);
  });

  it('console A22: credentials are sorted by what people ask for, over pages, what has no such time last', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const ids = await addKeys(client, 4);
    const names = ['delta', 'Alpha', 'charlie', 'Bravo'];
    const days = [2, null, 1, 2];
    for (const [index, id] of ids.entries())
      await stack.database.superuser.query(
        `update credential set name = $2, last_used_at = now() - make_interval(days => $3), expires_at = now() + make_interval(days => $3)
         where id = $1 and workspace_id = $4`,
        [id, names[index], days[index], workspaceId],
      );
    const [a, b, c, d] = ids;
    const sorted = async (sort: string) =>
      (await pages(client, `/v1/credentials?limit=1&sort=${sort}`, 'cursor')).flat().map(({ id }) => id);
    expect(await sorted('name')).toEqual([b, d, c, a]);
    expect(await sorted('-name')).toEqual([a, c, d, b]);
    expect(await sorted('createdAt')).toEqual(ids);
    expect(await sorted('-createdAt')).toEqual(ids.toReversed());
    expect((await sorted('lastUsedAt')).slice(2)).toEqual([c, b]);
    expect((await sorted('-lastUsedAt'))[0]).toBe(c);
    expect((await sorted('-lastUsedAt'))[3]).toBe(b);
    expect((await sorted('expiresAt'))[0]).toBe(c);
    expect((await sorted('-expiresAt'))[3]).toBe(b);
    expect(new Set(await sorted('-expiresAt'))).toEqual(new Set(ids));
  });

  it('a page goes on from its place when the row that it ended with has changed or is gone', async () => {
    const { client } = await inNewWorkspace(stack);
    const ids = await addKeys(client, 4);
    const first = (await client.get('/v1/credentials?sort=name&limit=2')).body;
    await client.patch(`/v1/credentials/${ids[1]}`, { name: 'Zulu' });
    await stack.database.superuser.query(`delete from credential where id = $1`, [ids[1]]);
    const second = (await client.get(`/v1/credentials?sort=name&limit=2&cursor=${first.nextCursor}`)).body;
    expect(second.items.map(({ id }: Item) => id)).toEqual(ids.slice(2));
    expect(await client.get(`/v1/credentials?sort=lastUsedAt&cursor=${first.nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: 'cursor' }] },
    });
  });

  it('credentials are found by part of a name or account, and by who must act for them', async () => {
    const { client } = await inNewWorkspace(stack);
    const [id = '', other = ''] = await addKeys(client, 2);
    await client.patch(`/v1/credentials/${id}`, { name: '100% of_Ada\\s' });
    await stack.database.superuser.query(
      `update credential set account_name = 'Xanadu', account_id = 'acc-7', health = 'refresh_failing', last_error_code = 'client_misconfigured' where id = $1`,
      [other],
    );
    const rejected = await client.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_rejected' },
    });
    await finish(client, rejected.body.authorization.id);
    const found = async (query: Record<string, string>) =>
      (await client.get(`/v1/credentials?${new URLSearchParams(query).toString()}`)).body.items.map(
        (item: Item) => item.id,
      );
    expect(await found({ search: '0% OF_ada\\' })).toEqual([id]);
    expect(await found({ search: '%' })).toEqual([id]);
    expect(await found({ search: 'xana' })).toEqual([other]);
    expect(await found({ search: 'acc-7' })).toEqual([other]);
    expect(await found({ search: id })).toEqual([id]);
    expect(await found({ search: 'nobody' })).toEqual([]);
    expect(await found({ search: ' ' })).toHaveLength(3);
    expect(await found({ needs: 'admin' })).toEqual([other]);
    expect(await found({ needs: 'user' })).toEqual([rejected.body.credential.id]);
    expect(await found({ needs: 'someone' })).toHaveLength(2);
    expect(await found({ health: 'refresh_failing' })).toEqual([other]);
    expect(await found({ health: 'ok', needs: 'admin' })).toEqual([]);
  });

  it('authorizations, events and the audit are narrowed to a period, and logs are read from either end', async () => {
    const { client } = await inNewWorkspace(stack);
    await addKeys(client, 1);
    await addKeys(client, 1, 'jina_reader');
    const count = async (path: string) => (await client.get(path)).body.items.length;
    await sealed(stack);
    expect(await count('/v1/authorizations?provider=jina_reader')).toBe(1);
    for (const log of ['authorizations', 'events', 'audit']) {
      const items: { createdAt?: string; time?: string; at?: string; id: string }[] = (
        await client.get(`/v1/${log}?limit=200`)
      ).body.items;
      const timeOf = (item: (typeof items)[number]) => item.createdAt ?? item.time ?? item.at ?? '';
      const times = items.map(timeOf).toSorted();
      const middle = times[Math.floor(times.length / 2)] ?? '';
      const since: Item[] = (await client.get(`/v1/${log}?limit=200&from=${middle}`)).body.items;
      const until: Item[] = (await client.get(`/v1/${log}?limit=200&to=${middle}`)).body.items;
      const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);
      expect(ids(since), log).toEqual(ids(items.filter((item) => timeOf(item) >= middle)));
      expect(ids(until), log).toEqual(ids(items.filter((item) => timeOf(item) < middle)));
      expect(await count(`/v1/${log}?from=2999-01-01T00:00:00Z`)).toBe(0);
      expect(await count(`/v1/${log}?to=2001-01-01T00:00:00Z`)).toBe(0);
    }
    for (const log of ['events', 'audit']) {
      const forwards = (await pages(client, `/v1/${log}?limit=3`, 'after')).flat();
      const backwards = (await pages(client, `/v1/${log}?limit=3&order=desc`, 'after')).flat();
      expect(backwards).toEqual(forwards.toReversed());
    }
  });

  it.each([
    '/v1/credentials?limit=0',
    '/v1/credentials?sort=secret',
    '/v1/credentials?sort=name&cursor=bm8',
    `/v1/credentials?sort=name&cursor=${Buffer.from('["\\u0000","x"]').toString('base64url')}`,
    '/v1/credentials?needs=nobody',
    '/v1/authorizations?from=yesterday',
    '/v1/events?order=up',
    '/v1/credentials?limit=201',
    '/v1/credentials?limit=many',
    "/v1/credentials?cursor='",
    '/v1/credentials?status=gone',
    '/v1/authorizations?kind=all',
    '/v1/events?after=-1',
    '/v1/events?after=x',
    '/v1/audit?after=1.5',
    `/v1/audit?after=${'9'.repeat(20)}`,
    `/v1/events?after=${'9'.repeat(20)}`,
    `/v1/events/stream?lastEventId=${'9'.repeat(20)}`,
  ])('%s is 400', async (path) => {
    expect(await stack.admin.get(path)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('events come in order without a gap, from any of them on, by type and by subject', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const [id = ''] = await addKeys(client, 2);
    const events = await eventually(
      async () => {
        const items = (await pages(client, '/v1/events?limit=2', 'after')).flat();
        return items.length >= 10 ? items : null;
      },
      { describe: 'five events per key are published' },
    );
    expect(events.map(({ sequence }) => sequence)).toEqual(
      events.map((_, index) => String(index + 1).padStart(20, '0')),
    );
    const [third] = (await client.get(`/v1/events?after=${events[1]?.sequence}&limit=1`)).body.items;
    expect(third).toEqual(events[2]);
    expect(third).toMatchObject({
      specversion: '1.0',
      source: `/workspaces/${workspaceId}`,
      workspaceid: workspaceId,
    });
    const activated = await client.get(`/v1/events?type=latchkey.credential.activated&subject=${id}`);
    expect(activated.body.items).toMatchObject([{ type: 'latchkey.credential.activated', subject: id }]);
  });

  it('the audit comes in order, every entry chained to the one before', async () => {
    const { client } = await inNewWorkspace(stack);
    const [id = ''] = await addKeys(client, 3);
    const entries = await eventually(
      async () => {
        const found = (await pages(client, '/v1/audit?limit=2', 'after')).flat();
        return found.length >= 6 ? found : null;
      },
      { describe: 'the audit entries are sealed' },
    );
    const chain = entries as unknown as { sequence: string; hash: string; previousHash: string }[];
    expect(chain.map(({ sequence }) => Number(sequence))).toEqual(chain.map((_, index) => index + 1));
    expect(chain.map(({ previousHash }) => previousHash).slice(1)).toEqual(
      chain.map(({ hash }) => hash).slice(0, -1),
    );
    expect(new Set(chain.map(({ hash }) => hash)).size).toBe(chain.length);
    const about = await client.get(`/v1/audit?subject=${id}`);
    expect(about.body.items.map(({ action }: { action: string }) => action)).toContain('credential.create');
    const [{ actor }] = about.body.items;
    const theirs = await client.get(`/v1/audit?actor=${actor.id}&subject=${id}`);
    expect(theirs.body.items[0]).toEqual(about.body.items[0]);
    expect((await client.get('/v1/audit?actor=nobody')).body.items).toEqual([]);
    const fromTheEnd = (await pages(client, '/v1/audit?limit=2&order=desc', 'after')).flat();
    expect(fromTheEnd.slice(-chain.length)).toEqual(entries.toReversed());
  });

  it('the audit can be downloaded as a table, of the workspace that the address names', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const [id = ''] = await addKeys(client, 1);
    const csv = await eventually(
      async () => {
        const answer = await stack.admin.get(`/v1/audit/export?format=csv&workspace=${workspaceId}`);
        return answer.text.includes('"key.validate"') ? answer : null;
      },
      { describe: 'the audit entries are sealed' },
    );
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const [head = '', first = ''] = csv.text.split('\r\n');
    expect(head).toMatch(/^"sequence","at","actor_type",/);
    expect(first).toMatch(/^"1",/);
    expect(csv.text).toContain(`"credential.create","${id}","success"`);
  });
});
