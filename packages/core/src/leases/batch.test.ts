import { describe, expect, it } from 'vitest';
import { batch, distinct } from './batch.ts';

describe('batch', () => {
  it('answers each call with its own output, in few calls of the handler', async () => {
    const sizes: number[] = [];
    const double = batch(async (inputs: number[]) => {
      sizes.push(inputs.length);
      return inputs.map((input) => input * 2);
    }, 50);
    const inputs = Array.from({ length: 120 }, (_, index) => index);
    expect(await Promise.all(inputs.map(double))).toEqual(inputs.map((input) => input * 2));
    expect(sizes).toEqual([50, 50, 20]);
  });

  it('a failure reaches exactly the calls that were handled together, and the next ones work', async () => {
    let fails = true;
    const flaky = batch(async (inputs: string[]) => {
      if (fails) throw new Error('away');
      return inputs;
    }, 10);
    await expect(Promise.all([flaky('a'), flaky('b')])).rejects.toThrow('away');
    fails = false;
    expect(await flaky('c')).toBe('c');
  });
});

describe('distinct', () => {
  it('equal inputs are handled once, and each call has the output of its own input', async () => {
    const handled: string[][] = [];
    const upper = distinct(
      async (inputs: { text: string }[]) => {
        handled.push(inputs.map(({ text }) => text));
        return inputs.map(({ text }) => text.toUpperCase());
      },
      ({ text }) => text,
    );
    const inputs = ['a', 'b', 'a', 'c', 'b'].map((text) => ({ text }));
    expect(await upper(inputs)).toEqual(['A', 'B', 'A', 'C', 'B']);
    expect(handled).toEqual([['a', 'b', 'c']]);
  });
});
