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

interface Round {
  /** Of its first batch. */
  readonly seed: number;
  readonly until: number;
  /** Signatures that were reported before. */
  readonly known: Set<string>;
  readonly report: (findings: readonly Finding[]) => void;
}

type Counts = Iterable<readonly [what: string, count: number]>;

const batchesPerRound = 40;

/** One world with so many batches: what they have filled up is thrown away with it. */
const rounds: Readonly<Record<Area, (round: Round) => Promise<Counts>>> = {
  async api({ seed, until, known, report }) {
    const world = await openWorld();
    try {
      const fuzzer = openApiFuzzer(world, await readOperations(world.stack), known);
      for (let batch = 0; batch < batchesPerRound && Date.now() < until; batch += 1) {
        report(await fuzzer.run({ seed: seed + batch, runs: 60 }));
        if (batch % 10 === 9) await world.tend();
      }
      return [['requests to the API', fuzzer.requests], ...fuzzer.reached];
    } finally {
      await world.close();
    }
  },

  async answers({ seed, until, known, report }) {
    const world = await openAnswersWorld();
    try {
      const answers = openAnswersFuzzer(world, known);
      const callbacks = openCallbackFuzzer(world, known);
      for (let batch = 0; batch < batchesPerRound && Date.now() < until; batch += 1) {
        report(await answers.run({ seed: seed + batch, runs: 3 }));
        report(await callbacks.run({ seed: seed + batch, runs: 40 }));
      }
      return [
        ['answers of a provider', answers.cases],
        ['callbacks', callbacks.requests],
        ...answers.ends,
        ...callbacks.ends,
      ];
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
    const report = (found: readonly Finding[]) => {
      for (const finding of found) say(describe(area, finding));
      findings.push(...found);
    };
    for (let round = 0; Date.now() < until; round += 1) {
      const counted = await rounds[area]({ seed: seed + round * batchesPerRound, until, known, report });
      for (const [what, count] of counted) counts.set(what, (counts.get(what) ?? 0) + count);
      say(`${area}: round ${round + 1} is over, ${findings.length} findings so far`);
    }
  }
  return { findings, counts };
}

function describe(area: Area, { signature, seed, steps }: Finding): string {
  const again = `npm run fuzz -- --area ${area} --seed ${seed}`;
  return ['', `FINDING  ${signature}`, ...steps.map((step) => `  ${step}`), `  again: ${again}`].join('\n');
}
