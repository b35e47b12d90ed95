import { check } from '../check/check.ts';
import { collect } from '../collect/collect.ts';
import { findEventGaps, heal, comeToRest } from '../heal.ts';
import type { Ending, Violation } from '../history.ts';
import { openRecorder } from '../load/recorder.ts';
import type { ChaosOptions } from '../options.ts';
import { openWorld, type World } from '../world/world.ts';
import type { Scenario } from './scenarios.ts';

/** What the checker says about workers with such a lease after some scenarios, one after the other. */
export async function runScenarios(
  { variant, transport }: Pick<ChaosOptions, 'variant' | 'transport'>,
  scenarios: readonly Scenario[],
): Promise<readonly Violation[]> {
  const world = await openWorld({ seconds: 0, seed: 0, apis: 1, workers: 2, variant, transport });
  try {
    const recorder = openRecorder();
    for (const scenario of scenarios) await scenario(world, recorder);
    // Of a lease that is broken on purpose nobody expects that things come to rest.
    const ending = variant === 'correct' ? await endingOf(world) : { unsettled: [], eventGaps: [] };
    return check(await collect(world, recorder, ending));
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${world.logs.tails(40)}`, { cause: error });
  } finally {
    await world.close(false);
  }
}

async function endingOf(world: World): Promise<Ending> {
  await heal(world);
  const { unsettled } = await comeToRest(world);
  return { unsettled, eventGaps: await findEventGaps(world) };
}
