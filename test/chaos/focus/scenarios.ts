import { eventually } from '../../support/eventually.ts';
import type { TestProcess } from '../../support/start-process.ts';
import { connectAccount } from '../load/connect.ts';
import type { Recorder } from '../load/recorder.ts';
import { stopProcess } from '../world/stop-process.ts';
import type { World } from '../world/world.ts';

/** One situation that a lease is there for, made on purpose instead of waited for. */
export type Scenario = (world: World, recorder: Recorder) => Promise<void>;

const provider = 'lab_rolling';
const patience = { timeoutMs: 75_000, intervalMs: 100 };

async function connected({ apis, publicUrl }: World, recorder: Recorder): Promise<string> {
  const client = apis[0]?.client;
  if (client === undefined) throw new Error('a world without an API');
  const signal = AbortSignal.timeout(60_000);
  const id = await connectAccount({ client, publicUrl, recorder, provider, signal });
  if (id === null) throw new Error('the account could not be connected');
  return id;
}

/** Only the first worker runs, so that it is the one who presents. */
async function startWithFirstWorker(world: World): Promise<TestProcess> {
  const [first, second] = world.workers;
  if (second?.process != null) await second.terminate();
  if (first?.process == null) await first?.start();
  if (first?.process == null) throw new Error('the first worker does not run');
  return first.process;
}

/** Asks for refreshes of the account that was connected last, whose provider takes its time to answer. */
async function refreshSlowly({ apis, sandbox }: World, id: string, delayMs: number) {
  const grantId = (await sandbox.grants({ provider })).at(-1)?.grantId;
  if (grantId === undefined) throw new Error('the provider knows no connection');
  const target = { provider, grantId, endpoint: 'token.refresh' } as const;
  await sandbox.addFault({ ...target, fault: 'delay', ms: delayMs, phase: 'after' });
  await Promise.all([1, 2, 3].map(async () => apis[0]?.client.post(`/v1/credentials/${id}/refresh`)));
  const requests = async () => sandbox.log(target);
  await eventually(async () => (await requests()).length === 1, {
    describe: 'the token is presented',
    ...patience,
  });
  return requests;
}

async function stopDuring(world: World, pid: number, work: () => Promise<void>): Promise<void> {
  await world.disturbances.during({ kind: 'worker-stopped', pid, what: 'the holder' }, async () => {
    const goOn = stopProcess(pid);
    try {
      await work();
    } finally {
      goOn();
    }
  });
}

/**
 * The holder stops while a slow provider works on its request; BullMQ gives the job to another worker long before that
 * answer comes. Who presents the token again then has two requests in flight.
 */
export const holderStops: Scenario = async (world, recorder) => {
  const { pid } = await startWithFirstWorker(world);
  const id = await connected(world, recorder);
  const requests = await refreshSlowly(world, id, 24_000);
  await stopDuring(world, pid, async () => {
    await world.workers[1]?.start();
    const isPresentedAgain = async () => (await requests()).length > 1;
    await eventually(isPresentedAgain, { describe: 'another worker presents it', ...patience });
  });
};

/**
 * The database is away when the answer comes, and the holder stops until somebody else has gone on. What it still
 * holds in memory then is late.
 */
export const answerComesLate: Scenario = async (world, recorder) => {
  const holder = await startWithFirstWorker(world);
  const { postgres, disturbances } = world;
  const id = await connected(world, recorder);
  await refreshSlowly(world, id, 3_000);
  await disturbances.during({ kind: 'postgres-crashed', pid: null, what: 'immediate mode' }, async () => {
    await postgres.crash();
    await holder.waitForLine(/could not be stored yet/);
  });
  let before = 0;
  await stopDuring(world, holder.pid, async () => {
    await postgres.start();
    await world.workers[1]?.start();
    const hasNewToken = async () =>
      (await postgres.query('select 1 from credential where id = $1 and token_version > 1', [id])).length;
    await eventually(hasNewToken, { describe: 'somebody else goes on', ...patience });
    before = await timesStored(world, id);
  });
  const isStoredAgain = async () => (await timesStored(world, id)) > before;
  await eventually(isStoredAgain, { describe: 'the late answer is written down', ...patience });
};

/** How often the end of the first attempt was recorded as a success. */
async function timesStored({ postgres }: World, id: string): Promise<number> {
  const rows = await postgres.query(
    `select 1 from chaos.change
     where source = 'refresh_attempt' and before is not null and after->>'state' = 'succeeded' and after->>'id' =
       (select id from refresh_attempt where credential_id = $1 order by started_at limit 1)`,
    [id],
  );
  return rows.length;
}
