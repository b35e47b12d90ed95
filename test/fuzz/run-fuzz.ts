import { openAnswersFuzzer } from './answers/fuzz-answers.ts';
import { openAnswersWorld } from './answers/world.ts';
import { openApiFuzzer } from './api/fuzz-api.ts';
import { readOperations } from './api/operations.ts';
import { openWorld } from './api/world.ts';
import { openCallbackFuzzer } from './callbacks/fuzz-callbacks.ts';
import type { Finding } from './finding.ts';
import type { Area, FuzzOptions } from './options.ts';

export interface FuzzOutcome {
  readonly findings: readonly Finding[];
  /** By what was counted: requests of an area, cases, and how they ended. */
  readonly counts: ReadonlyMap<string, number>;
}

/** What one world brought. */
interface Round {
  readonly findings: readonly Finding[];
  readonly counts: ReadonlyMap<string, number>;
}

/** One world with so many batches: what a run has filled up is thrown away with it. @param seed of its first batch */
type RunRound = (seed: number, until: number, known: Set<string>) => Promise<Round>;

const batchesPerRound = 40;

const rounds: Readonly<Record<Area, RunRound>> = {
  async api(seed, until, known) {
    const world = await openWorld();
    try {
      const fuzzer = openApiFuzzer(world, await readOperations(world.stack), known);
      const findings: Finding[] = [];
      for (let batch = 0; batch < batchesPerRound && Date.now() < until; batch += 1) {
        findings.push(...(await fuzzer.run({ seed: seed + batch, runs: 60 })));
        if (batch % 10 === 9) await world.tend();
      }
      return { findings, counts: new Map([['requests to the API', fuzzer.requests], ...fuzzer.reached]) };
    } finally {
      await world.close();
    }
  },

  async answers(seed, until, known) {
    const world = await openAnswersWorld();
    try {
      const answers = openAnswersFuzzer(world, known);
      const callbacks = openCallbackFuzzer(world, known);
      const findings: Finding[] = [];
      for (let batch = 0; batch < batchesPerRound && Date.now() < until; batch += 1) {
        findings.push(...(await answers.run({ seed: seed + batch, runs: 3 })));
        findings.push(...(await callbacks.run({ seed: seed + batch, runs: 40 })));
      }
      const counts = [
        ['answers of a provider', answers.cases],
        ['callbacks', callbacks.requests],
        ...answers.ends,
        ...callbacks.ends,
      ] as const;
      return { findings, counts: new Map(counts) };
    } finally {
      await world.close();
    }
  },
};

/** Fuzzes area after area until the time is over. The same seed begins with the same batches. */
export async function runFuzz({ areas, seed, minutes, say }: FuzzOptions): Promise<FuzzOutcome> {
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  for (const area of areas) {
    const until = Date.now() + minutes * 60_000;
    const known = new Set<string>();
    for (let round = 0; Date.now() < until; round += 1) {
      const result = await rounds[area](seed + round * batchesPerRound, until, known);
      for (const finding of result.findings) say(describe(area, finding));
      findings.push(...result.findings);
      for (const [what, count] of result.counts) counts.set(what, (counts.get(what) ?? 0) + count);
      say(`${area}: round ${round + 1} is over, ${findings.length} findings so far`);
    }
  }
  return { findings, counts };
}

function describe(area: Area, { signature, seed, steps }: Finding): string {
  const again = `npm run fuzz -- --area ${area} --seed ${seed}`;
  return ['', `FINDING  ${signature}`, ...steps.map((step) => `  ${step}`), `  again: ${again}`].join('\n');
}
