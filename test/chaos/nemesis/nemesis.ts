import { setTimeout as wait } from 'node:timers/promises';
import type { Random } from '../random.ts';
import type { World } from '../world/world.ts';
import type { FaultKinds } from './fault-kind.ts';
import { postgresFaults } from './postgres-faults.ts';
import { processFaults } from './process-faults.ts';
import { providerFaults } from './provider-faults.ts';
import { redisFaults } from './redis-faults.ts';
import { planStrikes, type Strike } from './schedule.ts';

const kinds: FaultKinds = { ...processFaults, ...redisFaults, ...postgresFaults, ...providerFaults };

export interface Nemesis {
  readonly strikes: readonly Strike[];
  /** Strikes by the plan, and mends what has had its time. @returns what was skipped, by kind */
  run(say: (line: string) => void): Promise<Map<string, number>>;
}

/** What can be done to a deployment on this machine. */
export const faultKinds: readonly string[] = Object.keys(kinds);

interface Plan {
  /** In which faults begin; the last ones end after that. */
  readonly seconds: number;
  readonly faults?: readonly string[];
}

export function openNemesis(world: World, random: Random, { seconds, faults = faultKinds }: Plan): Nemesis {
  const possible = Object.entries(kinds).filter(
    ([name, { transport }]) => faults.includes(name) && (transport === undefined || world.redis !== null),
  );
  const durations = Object.fromEntries(possible.map(([name, { duration }]) => [name, duration]));
  const strikes = planStrikes(random, seconds, durations);
  return {
    strikes,
    async run(say) {
      const skipped = new Map<string, number>();
      const started = performance.now();
      const all = strikes.map(async (strike) => {
        await wait(strike.atMs - (performance.now() - started));
        say(`${(strike.atMs / 1000).toFixed(1)} s ${strike.kind}`);
        const done = await kinds[strike.kind]?.strike(world, strike);
        if (done === false) skipped.set(strike.kind, (skipped.get(strike.kind) ?? 0) + 1);
      });
      await Promise.all(all);
      return skipped;
    },
  };
}
