import { describe, expect, it } from 'vitest';
import { inTurn } from './in-turn.ts';

function gated() {
  const started: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (input: string) =>
    new Promise<string>((resolve, reject) => {
      started.push(input);
      ends.set(input, (error) => (error === undefined ? resolve(`answer to ${input}`) : reject(error)));
    });
  return { started, ends, ask: inTurn(work, (input) => input) };
}

/** Lets everything go on that can. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('work in turn', () => {
  it('is under way once at a time, in the order in which it was asked for', async () => {
    const { started, ends, ask } = gated();
    const answers = [ask('a'), ask('b')];
    await settled();
    expect(started).toEqual(['a']);
    ends.get('a')?.();
    expect(await answers[0]).toBe('answer to a');
    await settled();
    expect(started).toEqual(['a', 'b']);
    ends.get('b')?.();
    expect(await answers[1]).toBe('answer to b');
  });

  it('is shared by equal questions while it is under way, and done anew afterwards', async () => {
    const { started, ends, ask } = gated();
    const answers = [ask('a'), ask('a')];
    await settled();
    ends.get('a')?.();
    expect(await Promise.all(answers)).toEqual(['answer to a', 'answer to a']);
    void ask('a');
    await settled();
    expect(started).toEqual(['a', 'a']);
  });

  it('is refused when too many different questions wait, and taken again once they are answered', async () => {
    const { ends, ask } = gated();
    const answers = Array.from({ length: 20 }, (_, n) => ask(String(n)));
    await expect(ask('one more')).rejects.toMatchObject({ code: 'service_unavailable' });
    for (const [n, answer] of answers.entries()) {
      await settled();
      ends.get(String(n))?.();
      await answer;
    }
    void ask('one more');
    await settled();
    expect(ends.has('one more')).toBe(true);
  });

  it('goes on after one that failed', async () => {
    const { started, ends, ask } = gated();
    const failing = ask('a');
    const next = ask('b');
    await settled();
    ends.get('a')?.(new Error('broken'));
    await expect(failing).rejects.toThrow('broken');
    await settled();
    ends.get('b')?.();
    expect(await next).toBe('answer to b');
    expect(started).toEqual(['a', 'b']);
  });
});
