import { check } from './check/check.ts';
import { collect } from './collect/collect.ts';
import { comeToRest, findEventGaps, heal } from './heal.ts';
import type { History, Violation } from './history.ts';
import { openLoad } from './load/clients.ts';
import { openRecorder } from './load/recorder.ts';
import { openNemesis } from './nemesis/nemesis.ts';
import type { ChaosOptions } from './options.ts';
import { openRandom } from './random.ts';
import { openWorld, type World } from './world/world.ts';

export interface ChaosOutcome {
  readonly options: Omit<ChaosOptions, 'say'>;
  readonly history: History;
  readonly violations: readonly Violation[];
  /** After the last fault, until everything had come to rest; null: it never did. */
  readonly convergedAfterSeconds: number | null;
  /** Faults that could not be done because another was at work in the same place. */
  readonly skipped: ReadonlyMap<string, number>;
  /** Where the logs of all processes are, of a run that failed. */
  readonly logs: string;
}

/** One run from a seed: load and faults, healing, and what the checker says of it. Everything it started is gone afterwards. */
export async function runChaos({ say = () => {}, ...options }: ChaosOptions): Promise<ChaosOutcome> {
  const world = await openWorld(options);
  let failed = true;
  try {
    say(
      `${options.apis} API processes and ${options.workers} workers on ${options.transport}; logs in ${world.logs.folder}`,
    );
    const outcome = await disturb(world, { ...options, say });
    failed = outcome.violations.length > 0;
    return outcome;
  } finally {
    await world.close(failed);
  }
}

async function disturb(
  world: World,
  options: ChaosOptions & Required<Pick<ChaosOptions, 'say'>>,
): Promise<ChaosOutcome> {
  const { seconds, seed, say } = options;
  const random = openRandom(seed);
  const recorder = openRecorder();
  const load = await openLoad(world, recorder, random.fork('load'));
  say(`${load.accounts.length} accounts are connected; faults for ${seconds} s`);
  const stop = new AbortController();
  const working = load.run(stop.signal);
  const nemesis = openNemesis(world, random.fork('nemesis'), options);
  const skipped = await nemesis.run(say);
  await heal(world);
  stop.abort();
  say('everything is mended');
  const { seconds: convergedAfterSeconds, unsettled } = await comeToRest(world);
  await working;
  say(
    convergedAfterSeconds === null
      ? 'it did not come to rest'
      : `at rest after ${convergedAfterSeconds.toFixed(1)} s`,
  );
  const history = await collect(world, recorder, { unsettled, eventGaps: await findEventGaps(world) });
  const { say: _say, ...plain } = options;
  return {
    options: plain,
    history,
    violations: check(history),
    convergedAfterSeconds,
    skipped,
    logs: world.logs.folder,
  };
}
