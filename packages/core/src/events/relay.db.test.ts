import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sealAuditEntries } from '../audit/index.ts';
import { acrossWorkspaces, db, type Orm } from '../db/index.ts';
import { newId } from '../ids.ts';
import type { Queues, Transport } from '../queues/index.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import {
  handlersWith,
  scratchTransports,
  silentLog,
  transportKinds,
  type ScratchTransports,
} from '../testing/scratch-transport.ts';
import { recordEvent, startRelay, type CloudEvent, type EventBus, type Relay } from './index.ts';

const soon = { timeout: 10_000, interval: 20 };
const queuedData = {
  kind: 'validate_key',
  provider: 'sandbox',
  credentialId: null,
  reason: 'user',
  attempt: 0,
  delaySeconds: 0,
  error: null,
} as const;

describe.each(transportKinds)('relay on %s', (kind) => {
  let database: ScratchDatabase;
  let scratch: ScratchTransports;
  let transport: Transport;
  let observer: Transport;
  let received: CloudEvent[];
  let relays: Relay[];
  let workspaceId: string;

  beforeAll(async () => {
    database = await openScratchDatabase('queue');
    scratch = scratchTransports(kind, database.url);
    transport = await scratch.open();
    observer = await scratch.open();
    await vi.waitFor(() => Promise.all([transport.ping(), observer.ping()]), soon);
    observer.bus.subscribe((event) => received.push(event));
  });

  afterAll(async () => {
    await scratch.drop();
    await database.drop();
  });

  beforeEach(async () => {
    received = [];
    relays = [];
    await scratch.clear();
    workspaceId = await createWorkspace();
    return () => Promise.all(relays.map((each) => each.close()));
  });

  async function createWorkspace(): Promise<string> {
    const id = newId('workspace');
    await db(acrossWorkspaces(database.orm.em)).insertInto('workspace').values({ id, name: id }).execute();
    return id;
  }
  interface Parts {
    orm?: Orm;
    bus?: EventBus;
    queues?: Queues;
  }
  function relay({ orm = database.orm, bus = transport.bus, queues = transport.queues }: Parts = {}): Relay {
    const started = startRelay({ orm, bus, queues, log: silentLog, seal: sealAuditEntries });
    relays.push(started);
    return started;
  }
  function record(workspace = workspaceId, subject = newId('authorization')): Promise<void> {
    return recordEvent(
      { em: acrossWorkspaces(database.orm.em), workspaceId: workspace },
      { type: 'latchkey.authorization.queued', subject, data: queuedData },
    );
  }
  async function numbers(
    workspace = workspaceId,
  ): Promise<{ id: string; sequence: number | null; published: boolean }[]> {
    return db(acrossWorkspaces(database.orm.em))
      .selectFrom('event')
      .select(['id', 'sequence', sql<boolean>`published_at is not null`.as('published')])
      .where('workspaceId', '=', workspace)
      .orderBy('sequence')
      .execute();
  }
  const sequencesOf = (workspace: string) =>
    received.filter((event) => event.workspaceid === workspace).map((event) => Number(event.sequence));
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it(
    'F51: numbers without a gap and publishes in order, with several relays at once and writers that commit out of order',
    { timeout: 60_000 },
    async () => {
      const workspaces = [
        workspaceId,
        await createWorkspace(),
        await createWorkspace(),
        await createWorkspace(),
      ];
      const orms = [database.orm, await database.openAnother(), await database.openAnother()];
      const all = await Promise.all(
        orms.map(async (orm) => {
          const own = await scratch.open();
          await vi.waitFor(() => own.ping(), soon);
          return relay({ orm, bus: own.bus, queues: own.queues });
        }),
      );
      const perWriter = 25;
      const writers = workspaces.flatMap((workspace) =>
        [0, 1, 2].map(async (writer) => {
          const writing = orms[writer % orms.length] ?? database.orm;
          for (let index = 0; index < perWriter; index += 1) {
            await acrossWorkspaces(writing.em)
              .transactional(async (em) => {
                await recordEvent(
                  { em, workspaceId: workspace },
                  {
                    type: 'latchkey.authorization.queued',
                    subject: newId('authorization'),
                    data: queuedData,
                  },
                );
                await sql`select pg_sleep(random() * 0.01)`.execute(db(em));
                // A rolled back event took a position and must leave no gap.
                if (index % 5 === 4) throw new Error('rolled back');
              })
              .catch((error: unknown) => {
                if ((error as Error).message !== 'rolled back') throw error;
              });
            all[index % all.length]?.nudge();
          }
        }),
      );
      await Promise.all(writers);
      await Promise.all(all.map((each) => each.idle()));

      const count = 3 * perWriter * 0.8;
      for (const workspace of workspaces) {
        expect((await numbers(workspace)).map(({ sequence }) => sequence)).toEqual(upTo(count));
        await vi.waitFor(() => expect(sequencesOf(workspace)).toEqual(upTo(count)), soon);
      }
    },
  );

  it('makes a job of an event at a nudge, long before the next sweep', async () => {
    const nudged = relay();
    await nudged.idle();
    const latencies: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const subject = newId('authorization');
      const arrived = new Promise<void>((resolve) => {
        const stop = observer.bus.subscribe((event) => {
          if (event.subject !== subject) return;
          stop();
          resolve();
        });
      });
      await record(workspaceId, subject);
      const committed = performance.now();
      nudged.nudge();
      await arrived;
      latencies.push(performance.now() - committed);
      expect(await transport.queues.has('validate-key', `${subject}-0`)).toBe(true);
    }
    expect(latencies.toSorted((one, other) => one - other)[10]).toBeLessThan(500);
  });

  it('finds events without a nudge', async () => {
    relay();
    await record();
    await vi.waitFor(() => expect(sequencesOf(workspaceId)).toEqual([1]), soon);
  });

  it('delivers what was committed while another process held the lock', async () => {
    const waiting = relay();
    await waiting.idle();
    const held = Promise.withResolvers<void>();
    const locked = Promise.withResolvers<void>();
    const { relayLock } = await import('./relay-lock.ts');
    const holder = acrossWorkspaces((await database.openAnother()).em).transactional(async (em) => {
      await sql`select pg_advisory_xact_lock(${relayLock})`.execute(db(em));
      locked.resolve();
      await held.promise;
    });
    await locked.promise;
    await record();
    waiting.nudge();
    await record();
    expect((await numbers()).map(({ sequence }) => sequence)).toEqual([null, null]);
    held.resolve();
    await holder;
    await vi.waitFor(() => expect(sequencesOf(workspaceId)).toEqual([1, 2]), soon);
  });

  it('F48: goes on with the same numbers where a relay died between numbering and publishing', async () => {
    await Promise.all(Array.from({ length: 10 }, () => record()));
    const dying = relay({
      queues: { ...transport.queues, addAll: () => Promise.reject(new Error('killed')) },
    });
    await vi.waitFor(
      async () => expect((await numbers()).every(({ sequence }) => sequence !== null)).toBe(true),
      soon,
    );
    await dying.close();
    const before = await numbers();
    expect(before.some(({ published }) => published)).toBe(false);
    expect(received).toEqual([]);

    await record();
    await relay().idle();
    const after = await numbers();
    expect(after.slice(0, 10).map(({ id, sequence }) => [id, sequence])).toEqual(
      before.map(({ id, sequence }) => [id, sequence]),
    );
    expect(after.every(({ published }) => published)).toBe(true);
    await vi.waitFor(() => expect(sequencesOf(workspaceId)).toEqual(upTo(11)), soon);
  });

  it('F48: adds a job once though its event is delivered twice', async () => {
    const subject = newId('authorization');
    await record(workspaceId, subject);
    const publish = vi.fn((event: CloudEvent) => transport.bus.publish(event));
    const bus: EventBus = {
      ...transport.bus,
      publish: async (event) => {
        await publish(event);
        if (publish.mock.calls.length === 1) throw new Error('killed after publishing');
      },
    };
    await relay({ bus }).idle();
    expect(publish).toHaveBeenCalledTimes(2);
    await vi.waitFor(() => expect(sequencesOf(workspaceId)).toEqual([1, 1]), soon);
    expect((await transport.queues.counts())['validate-key']).toEqual({ waiting: 1, active: 0, delayed: 0 });

    const handler = vi.fn(async () => undefined);
    const workers = await transport.startWorkers(handlersWith({ 'validate-key': handler }), {
      concurrency: 4,
    });
    await vi.waitFor(() => expect(handler).toHaveBeenCalled(), soon);
    await workers.close(5_000);
    expect(handler).toHaveBeenCalledOnce();
    expect(handler).toHaveBeenCalledWith({ workspaceId, authorizationId: subject }, expect.anything());
  });

  it('holds back no workspace because of the backlog of another', async () => {
    const quiet = await createWorkspace();
    await Promise.all(Array.from({ length: 450 }, () => record()));
    await record(quiet);
    await relay().idle();
    await vi.waitFor(() => expect(sequencesOf(workspaceId)).toEqual(upTo(450)), soon);
    expect(received.findIndex((event) => event.workspaceid === quiet)).toBeLessThan(200);
  });

  it('seals the audit in the same cycle', async () => {
    const { recordAudit } = await import('../audit/index.ts');
    await recordAudit(
      {
        em: acrossWorkspaces(database.orm.em),
        workspaceId,
        actor: { type: 'system', id: 'system', name: 'Latchkey', role: 'admin', subject: null },
        requestId: null,
        clientAddress: null,
      },
      { action: 'workspace.create', subject: workspaceId },
    );
    await relay().idle();
    const entry = await db(acrossWorkspaces(database.orm.em))
      .selectFrom('audit_entry')
      .select('sequence')
      .where('workspaceId', '=', workspaceId)
      .executeTakeFirstOrThrow();
    expect(entry.sequence).toBe(1);
  });

  it(
    'goes on after PostgreSQL cut every connection, also in the middle of a transaction',
    { timeout: 30_000 },
    async () => {
      const publishing = Promise.withResolvers<void>();
      const cut = Promise.withResolvers<void>();
      const own = await database.openAnother();
      const bus: EventBus = {
        ...transport.bus,
        publish: async (event) => {
          publishing.resolve();
          await cut.promise;
          await vi.waitFor(() => transport.bus.publish(event), soon);
        },
      };
      const cutOff = relay({ orm: own, bus });
      await record();
      cutOff.nudge();
      await publishing.promise;
      await database.superuser.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      cut.resolve();
      await cutOff.idle();
      expect(await numbers()).toEqual([{ id: expect.any(String), sequence: 1, published: true }]);
      await record();
      await cutOff.idle();
      expect((await numbers()).map(({ sequence }) => sequence)).toEqual([1, 2]);
    },
  );
});
