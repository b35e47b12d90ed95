import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { finish } from '../../support/flows.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
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

  it.each([
    '/v1/credentials?limit=0',
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
  });
});
