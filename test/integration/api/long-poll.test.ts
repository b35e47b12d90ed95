import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';
import { inNewWorkspace } from '../../support/workspaces.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

async function timed<T>(work: Promise<T>) {
  const started = performance.now();
  const answer = await work;
  return { answer, seconds: (performance.now() - started) / 1000, at: performance.now() };
}

/** How many requests the API has not answered yet, but for the one that asks. */
async function inFlight(): Promise<number> {
  const { text } = await stack.admin.get('/metrics');
  return Number(/^latchkey_http_requests_in_flight (\d+)$/m.exec(text)?.[1]) - 1;
}

/** Makes a change once the long poll has arrived. */
async function changeWhileWaiting<T>(poll: Promise<T>, change: () => Promise<unknown>) {
  const waiting = timed(poll);
  await eventually(async () => (await inFlight()) >= 1, { describe: 'the long poll has arrived' });
  await change();
  const changedAt = performance.now();
  const { answer, at } = await waiting;
  return { answer, secondsAfterChange: (at - changedAt) / 1000 };
}

describe(`long polls (${transport})`, () => {
  it('an authorization answers as soon as it changes, long before the wait is over', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    const { answer, secondsAfterChange } = await changeWhileWaiting(
      client.get(`/v1/authorizations/${body.id}?wait=30`),
      () => client.post(`/v1/authorizations/${body.id}/cancel`),
    );
    expect(answer.body).toMatchObject({ id: body.id, status: 'cancelled' });
    expect(secondsAfterChange).toBeLessThan(10);
  });

  it('without a change it answers when the wait is over, with the state as it is', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    const { answer, seconds } = await timed(client.get(`/v1/authorizations/${body.id}?wait=1`));
    expect(answer.body.status).toBe('awaiting_consent');
    expect(seconds).toBeGreaterThanOrEqual(0.99);
    expect(seconds).toBeLessThan(10);
  });

  it('an authorization that is over answers at once', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    await client.post(`/v1/authorizations/${body.id}/cancel`);
    expect((await timed(client.get(`/v1/authorizations/${body.id}?wait=30`))).seconds).toBeLessThan(10);
  });

  it('the list answers long before the wait is over after a change in it, a new authorization too', async () => {
    const { client } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    const cancelled = await changeWhileWaiting(
      client.get('/v1/authorizations?status=cancelled&wait=30'),
      () => client.post(`/v1/authorizations/${body.id}/cancel`),
    );
    expect(cancelled.answer.body.items).toMatchObject([{ id: body.id, status: 'cancelled' }]);
    expect(cancelled.secondsAfterChange).toBeLessThan(10);
    const started = await changeWhileWaiting(client.get('/v1/authorizations?wait=30'), () =>
      client.post('/v1/authorizations', { provider: 'sandbox' }),
    );
    expect(started.answer.body.items).toHaveLength(2);
    expect(started.secondsAfterChange).toBeLessThan(10);
  });

  it('the list waits on while only others change: filtered out, or of another workspace', async () => {
    const { client } = await inNewWorkspace(stack);
    const other = await inNewWorkspace(stack);
    const waiting = timed(client.get('/v1/authorizations?kind=revoke&wait=2'));
    await client.post('/v1/authorizations', { provider: 'sandbox' });
    await other.client.post('/v1/authorizations', { provider: 'sandbox' });
    const { answer, seconds } = await waiting;
    expect(answer.body).toEqual({ items: [], nextCursor: null });
    expect(seconds).toBeGreaterThanOrEqual(1.99);
    expect(seconds).toBeLessThan(10);
  });

  it.each(['61', '-1', 'soon'])('a wait of %s is 400', async (wait) => {
    for (const path of ['/v1/authorizations', '/v1/authorizations/auth_x']) {
      const answer = await stack.admin.get(`${path}?wait=${wait}`);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path: 'wait' }] },
      });
    }
  });

  it('a caller that goes away is not waited for', async () => {
    const { client, token } = await inNewWorkspace(stack);
    const { body } = await client.post('/v1/authorizations', { provider: 'sandbox' });
    const gone = new AbortController();
    const waiting = fetch(`${stack.url}/v1/authorizations/${body.id}?wait=60`, {
      headers: { authorization: `Bearer ${token}` },
      signal: gone.signal,
    });
    await eventually(async () => (await inFlight()) >= 1, { describe: 'the long poll has arrived' });
    gone.abort();
    await expect(waiting).rejects.toThrow(/abort/i);
    await eventually(async () => (await inFlight()) === 0, { describe: 'nothing is in flight' });
  });
});
