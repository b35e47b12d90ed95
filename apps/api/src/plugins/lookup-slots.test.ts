import { expect, test } from 'vitest';
import { createLookupSlots } from './lookup-slots.ts';

test('look-ups take turns in the order they came, and those who cannot wait are told so', async () => {
  const slots = createLookupSlots({ most: 1, mostWaiting: 2 });
  const first = await slots.enter();
  const order: string[] = [];
  const second = slots.enter().then((leave) => {
    order.push('second');
    return leave;
  });
  const third = slots.enter().then((leave) => {
    order.push('third');
    return leave;
  });
  expect(await slots.enter()).toBeNull();
  first?.();
  (await second)?.();
  (await third)?.();
  expect(order).toEqual(['second', 'third']);
  expect(await slots.enter()).not.toBeNull();
});
