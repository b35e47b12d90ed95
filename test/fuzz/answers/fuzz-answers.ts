import fc from 'fast-check';
import { Broken, type Finding } from '../finding.ts';
import { jobFailures } from '../job-failures.ts';
import { cases, toLine, type Case } from './cases.ts';
import { judge } from './judge.ts';
import { play } from './play.ts';
import type { AnswersWorld, Lane } from './world.ts';

/** A finding is made smaller for so long. */
const longestBatchMs = 180_000;

export interface AnswersFuzzer {
  /** One batch of cases at each provider. @returns what is new */
  run(batch: { readonly seed: number; readonly runs: number }): Promise<Finding[]>;
  readonly cases: number;
  /** How cases ended, by what was going on. */
  readonly ends: ReadonlyMap<string, number>;
}

/** @param known signatures that were reported already; what is found is added */
export function openAnswersFuzzer(world: AnswersWorld, known = new Set<string>()): AnswersFuzzer {
  const ends = new Map<string, number>();
  let count = 0;

  async function exchange(lane: Lane, at: Case): Promise<void> {
    count += 1;
    const broken = (what: string) => {
      const signature = `${at.kind}: ${what}`;
      if (!known.has(signature)) throw new Broken(signature, `${lane.id}: ${toLine(at)}`);
    };
    const outcome = await play(world, lane, at, count).catch((error: unknown) => {
      broken(`it never ends: ${error instanceof Error ? error.message.replaceAll(/\w+_\w{26}/g, 'id') : ''}`);
      return null;
    });
    if (outcome === null) return;
    const { status, error } = outcome.authorization;
    const end = `${at.kind} ${status} ${error?.code ?? ''}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
    const log = world.takeLog();
    for (const what of jobFailures(log)) broken(what);
    for (const line of log)
      for (const { secret, as } of world.canaries.find('log', line)) broken(`the log has ${secret} as ${as}`);
    for (const what of await judge(world, lane, at, outcome)) broken(what);
    for (const what of world.process.take()) broken(what.replace(/\d+ ms/, 'n ms'));
    if (outcome.credentialId !== null && at.kind !== 'revoke')
      await world.stack.admin.delete(`/v1/credentials/${outcome.credentialId}?force=true`);
  }

  async function fuzzLane(lane: Lane, seed: number, runs: number): Promise<Finding | null> {
    const property = fc.asyncProperty(cases, (at) => exchange(lane, at));
    const outcome = await fc.check(property, {
      seed,
      numRuns: runs,
      interruptAfterTimeLimit: longestBatchMs,
    });
    if (!outcome.failed) return null;
    const error = outcome.errorInstance;
    if (!(error instanceof Broken)) throw error;
    known.add(error.signature);
    return {
      signature: error.signature,
      steps: [error.message.split('\n')[1] ?? ''],
      seed,
    };
  }

  return {
    ends,
    get cases() {
      return count;
    },
    async run({ seed, runs }) {
      const found = await Promise.all(
        world.lanes.map((lane, index) => fuzzLane(lane, seed * world.lanes.length + index, runs)),
      );
      return found.filter((each) => each !== null);
    },
  };
}
