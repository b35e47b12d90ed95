import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnswersFuzzer } from '../../fuzz/answers/fuzz-answers.ts';
import { openAnswersWorld, type AnswersWorld } from '../../fuzz/answers/world.ts';
import { openCallbackFuzzer } from '../../fuzz/callbacks/fuzz-callbacks.ts';
import { transport } from '../../support/stack.ts';

let world: AnswersWorld;

beforeAll(async () => {
  world = await openAnswersWorld();
}, 120_000);

afterAll(() => world.close());

describe(`what comes back from providers (${transport})`, () => {
  it('whatever a provider answers, a worker decides, keeps what it had and shows no secret', async () => {
    const fuzzer = openAnswersFuzzer(world);
    expect(await fuzzer.run({ seed: 21, runs: 6 })).toEqual([]);
    expect(fuzzer.cases).toBe(6 * world.lanes.length);
    expect(fuzzer.ends.size).toBeGreaterThan(8);
  }, 240_000);

  it('whatever a callback carries, only the right one is accepted, and nothing of it is in a page', async () => {
    const fuzzer = openCallbackFuzzer(world);
    expect(await fuzzer.run({ seed: 22, runs: 200 })).toEqual([]);
    expect(fuzzer.ends.get('callback 200')).toBeGreaterThan(5);
    expect(fuzzer.ends.get('callback 400')).toBeGreaterThan(50);
  }, 240_000);
});
