import { describe, expect, it } from 'vitest';
import { openCallSlots } from './call-slots.ts';

const never = new AbortController().signal;

function openCall() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { call: () => promise, resolve, reject };
}

describe('slots for calls', () => {
  it('let so many in at once, and the others in their order', async () => {
    const slots = openCallSlots(2);
    const entered: number[] = [];
    const calls = [0, 1, 2, 3].map(() => openCall());
    const all = calls.map(({ call }, index) =>
      slots.use(never, () => {
        entered.push(index);
        return call();
      }),
    );
    await Promise.resolve();
    expect(entered).toEqual([0, 1]);
    calls[1]?.resolve('one');
    expect(await all[1]).toBe('one');
    calls[0]?.reject(new Error('broken'));
    await expect(all[0]).rejects.toThrow('broken');
    for (const { resolve } of calls) resolve('done');
    expect(await Promise.all(all.slice(2))).toEqual(['done', 'done']);
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  it('who gives up while waiting takes no slot with him, and one that is under way keeps its own', async () => {
    const slots = openCallSlots(1);
    const [first, second] = [openCall(), openCall()];
    const impatient = new AbortController();
    const running = slots.use(impatient.signal, first.call);
    const waiting = slots.use(impatient.signal, second.call);
    const next = slots.use(never, async () => 'next');
    await Promise.resolve();
    impatient.abort(new Error('given up'));
    const ends = await Promise.allSettled([running, waiting]);
    expect(ends).toEqual([
      { status: 'rejected', reason: new Error('given up') },
      { status: 'rejected', reason: new Error('given up') },
    ]);
    let entered = false;
    const watching = next.finally(() => {
      entered = true;
    });
    await Promise.resolve();
    expect(entered).toBe(false);
    first.resolve('late');
    expect(await watching).toBe('next');
    expect(await slots.use(never, async () => 'free')).toBe('free');
    await expect(slots.use(impatient.signal, async () => 'not even begun')).rejects.toThrow('given up');
    const hasty = new AbortController();
    const begun = slots.use(hasty.signal, async () => 'not even begun');
    hasty.abort(new Error('at once'));
    await expect(begun).rejects.toThrow('at once');
    expect(await slots.use(never, async () => 'still free')).toBe('still free');
  });
});
