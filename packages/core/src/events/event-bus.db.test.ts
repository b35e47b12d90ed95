import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { acrossWorkspaces, db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openOwnRedis, type OwnRedis } from '../testing/redis-server.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { silentLog, transportKinds } from '../testing/scratch-transport.ts';
import { openTransport, type Transport } from '../queues/index.ts';
import { toCloudEvent, type CloudEvent } from './index.ts';

const soon = { timeout: 10_000, interval: 20 };

describe.each(transportKinds)('event bus on %s', (kind) => {
  let database: ScratchDatabase;
  let redis: OwnRedis | null = null;
  let one: Transport;
  let other: Transport;
  let workspaceId: string;
  let sequence: number;

  beforeAll(async () => {
    database = await openScratchDatabase('queue');
    if (kind === 'redis') redis = await openOwnRedis();
    const options = { redisUrl: redis?.url ?? null, databaseUrl: database.url, log: silentLog };
    one = await openTransport(options);
    other = await openTransport(options);
  });

  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await redis?.drop();
    await database.drop();
  });

  beforeEach(async () => {
    await vi.waitFor(() => Promise.all([one.ping(), other.ping()]), soon);
    workspaceId = newId('workspace');
    sequence = 0;
    await db(acrossWorkspaces(database.orm.em))
      .insertInto('workspace')
      .values({ id: workspaceId, name: workspaceId })
      .execute();
  });

  /** Stored, as every event is that comes to the bus. */
  async function event(data: Record<string, unknown> = {}): Promise<CloudEvent> {
    sequence += 1;
    const values = {
      id: newId('event'),
      workspaceId,
      type: 'latchkey.credential.renamed',
      subject: 'cred_1',
      data,
      sequence,
    };
    const row = await db(acrossWorkspaces(database.orm.em))
      .insertInto('event')
      .values(values)
      .returning(['id', 'workspaceId', 'type', 'subject', 'data', 'time'])
      .executeTakeFirstOrThrow();
    return toCloudEvent({ ...row, sequence });
  }
  function collect(from: Transport): CloudEvent[] {
    const received: CloudEvent[] = [];
    from.bus.subscribe((each) => received.push(each));
    return received;
  }
  async function cut(): Promise<void> {
    if (redis === null) {
      await database.superuser.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'latchkey-events'",
      );
      return;
    }
    await redis.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
  }

  it('carries an event to every process, the publishing one too', async () => {
    const received = [collect(one), collect(other)];
    const sent = await event({ name: 'Zwölf Äpfel' });
    await one.bus.publish(sent);
    await vi.waitFor(() => expect(received).toEqual([[sent], [sent]]), soon);
  });

  it('keeps the order of the calls, with an oversize event between the others', async () => {
    const received = collect(other);
    const sent = [await event(), await event({ text: 'ß'.repeat(10_000) }), await event(), await event()];
    await Promise.all(sent.map((each) => one.bus.publish(each)));
    await vi.waitFor(() => expect(received).toEqual(sent), soon);
  });

  it('stops calling who unsubscribed, and calls the others though one throws', async () => {
    const gone = vi.fn();
    other.bus.subscribe(() => {
      throw new Error('a bad listener');
    });
    const stop = other.bus.subscribe(gone);
    stop();
    const received = collect(other);
    await one.bus.publish(await event());
    await vi.waitFor(() => expect(received).toHaveLength(1), soon);
    expect(gone).not.toHaveBeenCalled();
  });

  it('says when it is back after a cut connection, and delivers again', { timeout: 20_000 }, async () => {
    const back = vi.fn();
    const received = collect(other);
    const stop = other.bus.onReconnect(back);
    await cut();
    await vi.waitFor(() => expect(back).toHaveBeenCalledOnce(), soon);
    expect(other.bus.connected()).toBe(true);
    stop();
    const sent = await event();
    await vi.waitFor(() => one.bus.publish(sent), soon);
    await vi.waitFor(() => expect(received).toContainEqual(sent), soon);
  });

  it('drops what is not an event', async () => {
    const received = collect(other);
    if (redis === null) await database.superuser.query(`notify latchkey_events, '{"type":"nonsense"}'`);
    else await redis.run((client) => client.publish(`latchkey:events:${workspaceId}`, '{"type":"nonsense"}'));
    const sent = await event();
    await one.bus.publish(sent);
    await vi.waitFor(() => expect(received).toEqual([sent]), soon);
  });

  it('refuses to publish when it is closed', async () => {
    const closing = await openTransport({
      redisUrl: redis?.url ?? null,
      databaseUrl: database.url,
      log: silentLog,
    });
    await vi.waitFor(() => closing.ping(), soon);
    await closing.close();
    await expect(closing.bus.publish(await event())).rejects.toThrow();
    await expect(closing.ping()).rejects.toThrow();
  });
});
