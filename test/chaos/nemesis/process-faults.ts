import { setTimeout as wait } from 'node:timers/promises';
import { canMoveClock, movedClock } from '../world/clock.ts';
import type { Slot } from '../world/slot.ts';
import { stopProcess } from '../world/stop-process.ts';
import type { World } from '../world/world.ts';
import type { FaultKinds } from './fault-kind.ts';
import type { Strike } from './schedule.ts';

/** The first one from `index` on to which nothing is being done. */
async function withSlot(
  slots: readonly Slot[],
  { index }: Strike,
  work: (slot: Slot) => Promise<void>,
): Promise<boolean> {
  const slot = slots
    .map((_, step) => slots[(index + step) % slots.length])
    .find((each) => each?.busy === false);
  if (slot?.process == null) return false;
  slot.busy = true;
  try {
    await work(slot);
  } finally {
    slot.busy = false;
  }
  return true;
}

async function killAndRestart(slot: Slot, strike: Strike): Promise<void> {
  await slot.kill();
  await wait(strike.durationMs);
  await slot.start();
}

async function terminateAndRestart(world: World, slot: Slot, kind: string): Promise<void> {
  const pid = slot.process?.pid ?? null;
  await world.disturbances.during({ kind, pid: null, what: `${slot.name}, process ${pid}` }, () =>
    slot.terminate(),
  );
  await slot.start();
}

async function stopForAWhile(world: World, slot: Slot, strike: Strike): Promise<void> {
  const pid = slot.process?.pid;
  if (pid === undefined) return;
  await world.disturbances.during({ kind: 'worker-stopped', pid, what: slot.name }, async () => {
    const goOn = stopProcess(pid);
    await wait(strike.durationMs);
    goOn();
  });
}

/** For a while one worker lives at another hour: PostgreSQL's clock is the only one that may matter. */
async function liveAtAnotherTime(world: World, slot: Slot, strike: Strike): Promise<void> {
  const offset = strike.index % 2 === 0 ? '+1h' : '-1h';
  await slot.terminate();
  const disturbance = { kind: 'worker-clock', pid: null, what: `${slot.name} at ${offset}` };
  await slot.start(movedClock(offset));
  await world.disturbances.during(disturbance, () => wait(strike.durationMs));
  await slot.kill();
  await slot.start();
}

export const processFaults: FaultKinds = {
  'worker-kill': {
    duration: [200, 6_000],
    strike: ({ workers }, strike) => withSlot(workers, strike, (slot) => killAndRestart(slot, strike)),
  },
  'worker-kill-again': {
    duration: [200, 2_000],
    strike: ({ workers }, strike) => withSlot(workers, strike, (slot) => killAndRestart(slot, strike)),
  },
  'worker-terminate': {
    duration: [0, 0],
    strike: (world, strike) =>
      withSlot(world.workers, strike, (slot) => terminateAndRestart(world, slot, 'worker-terminated')),
  },
  'worker-stop': {
    // Past the lease of 25 s, and past what BullMQ takes for a lost job.
    duration: [30_000, 35_000],
    strike: (world, strike) => withSlot(world.workers, strike, (slot) => stopForAWhile(world, slot, strike)),
  },
  'worker-stop-briefly': {
    // Past the lock of a job, 10 s, now and then, and within the lease.
    duration: [4_000, 18_000],
    strike: (world, strike) => withSlot(world.workers, strike, (slot) => stopForAWhile(world, slot, strike)),
  },
  ...(canMoveClock && {
    'worker-clock': {
      duration: [10_000, 20_000],
      strike: (world, strike) =>
        withSlot(world.workers, strike, (slot) => liveAtAnotherTime(world, slot, strike)),
    } satisfies FaultKinds[string],
  }),
  'api-kill': {
    duration: [200, 3_000],
    strike: ({ apis }, strike) => withSlot(apis, strike, (slot) => killAndRestart(slot, strike)),
  },
  'api-terminate': {
    duration: [0, 0],
    strike: (world, strike) =>
      withSlot(world.apis, strike, (slot) => terminateAndRestart(world, slot, 'api-terminated')),
  },
};
