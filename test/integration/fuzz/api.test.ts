import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiFuzzer, type ApiFuzzer } from '../../fuzz/api/fuzz-api.ts';
import { readOperations } from '../../fuzz/api/operations.ts';
import { openWorld, type World } from '../../fuzz/api/world.ts';
import { transport } from '../../support/stack.ts';

let world: World;
let fuzzer: ApiFuzzer;

beforeAll(async () => {
  world = await openWorld();
  fuzzer = openApiFuzzer(world, await readOperations(world.stack));
}, 120_000);

afterAll(() => world.close());

describe(`the API on input that nobody would send (${transport})`, () => {
  it.each([11, 12, 13, 14, 15])(
    'keeps every rule of every answer, from seed %i',
    async (seed) => {
      expect(await fuzzer.run({ seed, runs: 60 })).toEqual([]);
    },
    240_000,
  );

  it('was reached: most operations have succeeded at least once', () => {
    expect(fuzzer.requests).toBeGreaterThan(1000);
    expect(fuzzer.reached.size).toBeGreaterThan(25);
  });
});
