import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { openEventStream, type EventStream } from '../../support/sse.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

const padded = (sequence: number) => String(sequence).padStart(20, '0');
const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => padded(first + index));
const idsOf = ({ frames }: EventStream) => frames.map(({ id }) => id);

function stream(
  token: string,
  { after, ...more }: { after?: string; onFrame?: (frame: unknown, cut: () => void) => void } = {},
) {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(after === undefined ? {} : { 'last-event-id': after }),
  };
  return openEventStream(`${stack.url}/v1/events/stream`, { headers, ...more });
}

/** One event per call: nothing else is behind an authorization that nobody goes on with. */
async function makeEvents(client: Client, count: number) {
  for (let made = 0; made < count; made += 1) {
    const { status, text } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    expect(status, text).toBe(201);
  }
}

async function untilPublished(client: Client, count: number) {
  await eventually(async () => (await client.get(`/v1/events?after=${count - 1}`)).body.items.length > 0, {
    describe: `event ${count} is published`,
  });
}

async function untilSeen(reader: EventStream, last: string, timeoutMs = 10_000) {
  await eventually(() => reader.frames.at(-1)?.id === last, {
    describe: `the stream has sent ${last}`,
    timeoutMs,
  });
}

describe(`the event stream (${transport})`, () => {
  it('sends what comes next, in order, as the list shows it', async () => {
    const { client, token } = await inNewWorkspace(stack);
    await makeEvents(client, 1);
    await untilPublished(client, 1);
    const reader = await stream(token);
    expect([reader.status, reader.headers['content-type']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    expect(reader.headers['cache-control']).toContain('no-store');
    await makeEvents(client, 20);
    await untilSeen(reader, padded(21));
    expect(idsOf(reader)).toEqual(numbers(2, 21));
    const { body } = await client.get('/v1/events?after=1');
    expect(reader.frames.map(({ data }) => data)).toEqual(body.items);
    expect(reader.frames.map(({ event }) => event)).toEqual(
      body.items.map(({ type }: { type: string }) => type),
    );
    reader.cut();
  });

  it('goes on exactly after Last-Event-ID, from the first event on if it is zero', async () => {
    const { client, token } = await inNewWorkspace(stack);
    await makeEvents(client, 6);
    await untilPublished(client, 6);
    for (const after of [0, 3, 5]) {
      const reader = await stream(token, { after: padded(after) });
      await untilSeen(reader, padded(6));
      expect(idsOf(reader)).toEqual(numbers(after + 1, 6));
      reader.cut();
    }
    const upToDate = await stream(token, { after: '6' });
    await makeEvents(client, 1);
    await untilSeen(upToDate, padded(7));
    expect(idsOf(upToDate)).toEqual([padded(7)]);
    upToDate.cut();
  });

  it('loses and repeats nothing over connections that are cut again and again in the middle of 200 events', async () => {
    const { client, token } = await inNewWorkspace(stack);
    const seen: string[] = [];
    let connections = 0;
    const read = async () => {
      while (seen.at(-1) !== padded(200)) {
        let left = 1 + ((connections * 7) % 23);
        connections += 1;
        const reader = await stream(token, {
          after: seen.at(-1) ?? '0',
          onFrame: (_frame, cut) => {
            left -= 1;
            if (left === 0) cut();
          },
        });
        const known = seen.length;
        await eventually(() => left === 0 || known + reader.frames.length === 200, {
          describe: `connection ${connections} has read enough`,
          timeoutMs: 20_000,
          intervalMs: 2,
        });
        reader.cut();
        seen.push(...idsOf(reader));
      }
    };
    await Promise.all([read(), makeEvents(client, 100), makeEvents(client, 100)]);
    expect(seen).toEqual(numbers(1, 200));
    expect(connections).toBeGreaterThan(10);
  });

  it('catches up over more events than it reads at once', async () => {
    const { client, token } = await inNewWorkspace(stack);
    await Promise.all([makeEvents(client, 125), makeEvents(client, 125)]);
    const reader = await stream(token, { after: '0' });
    await untilSeen(reader, padded(250), 20_000);
    expect(idsOf(reader)).toEqual(numbers(1, 250));
    reader.cut();
  });

  it('sends nothing of other workspaces', async () => {
    const [one, two] = [await inNewWorkspace(stack), await inNewWorkspace(stack)];
    const reader = await stream(one.token, { after: '0' });
    await makeEvents(two.client, 3);
    await untilPublished(two.client, 3);
    await makeEvents(one.client, 1);
    await untilSeen(reader, padded(1));
    expect(reader.frames.map(({ data }) => data['workspaceid'])).toEqual([one.workspaceId]);
    reader.cut();
  });

  it('a session names its workspace in the address, since EventSource sends no headers of its own', async () => {
    const { client, workspaceId } = await inNewWorkspace(stack);
    const { headers } = await stack.clientWith(null).post('/auth/session', { adminToken });
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    await makeEvents(client, 2);
    await untilPublished(client, 2);
    const at = (query: string) =>
      openEventStream(`${stack.url}/v1/events/stream?${query}`, { headers: { cookie } });
    const reader = await at(`workspace=${workspaceId}&lastEventId=0`);
    await untilSeen(reader, padded(2));
    expect(reader.frames.map(({ data }) => data['workspaceid'])).toEqual([workspaceId, workspaceId]);
    reader.cut();
    expect((await at('workspace=ws_none')).status).toBe(404);
    expect((await at("workspace='")).status).toBe(404);
  });

  it('a token cannot name another workspace than its own', async () => {
    const [one, two] = [await inNewWorkspace(stack), await inNewWorkspace(stack)];
    const status = async (id: string) => {
      const headers = { authorization: `Bearer ${one.token}` };
      const reader = await openEventStream(`${stack.url}/v1/events/stream?workspace=${id}`, { headers });
      reader.cut();
      return reader.status;
    };
    expect([await status(two.workspaceId), await status(one.workspaceId)]).toEqual([404, 200]);
  });

  it('ends at once when its token is revoked, soon when its session is over, and otherwise says that it is there', async () => {
    const { client, token } = await inNewWorkspace(stack);
    const made = await client.post('/v1/service-tokens', { name: 'short', role: 'viewer' });
    const browser = stack.clientWith(null);
    const { headers } = await browser.post('/auth/session', { adminToken });
    const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
    const kept = await stream(token);
    const revoked = await stream(made.body.token);
    const signedOut = await openEventStream(`${stack.url}/v1/events/stream`, { headers: { cookie } });
    await client.delete(`/v1/service-tokens/${made.body.id}`);
    await browser.delete('/auth/session', { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    await eventually(() => revoked.ended, { describe: 'the stream of the token ends', timeoutMs: 4500 });
    await eventually(() => signedOut.ended, {
      describe: 'the stream of the session ends',
      timeoutMs: 20_000,
    });
    await eventually(() => kept.comments.includes(': still here'), {
      describe: 'a heartbeat',
      timeoutMs: 20_000,
    });
    expect(kept.ended).toBe(false);
    await makeEvents(client, 1);
    await untilSeen(kept, padded(2));
    expect(idsOf(kept)).toEqual(numbers(1, 2));
    expect([revoked.frames.length, signedOut.frames.length]).toEqual([0, 0]);
    kept.cut();
  });
});
