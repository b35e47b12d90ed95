import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { readAgain } from './read-again.ts';

/** A list on screen whose readings end when the test says. */
function openList(client: QueryClient, queryKey: readonly string[]) {
  const readings: ((answer: string) => void)[] = [];
  const queryFn = () => new Promise<string>((resolve) => readings.push(resolve));
  const end = new QueryObserver(client, { queryKey, queryFn }).subscribe(() => undefined);
  return { readings, end, shown: () => client.getQueryData(queryKey) };
}

test('a first reading that began before is not the answer: it is read once more', async () => {
  const client = new QueryClient();
  const list = openList(client, ['events', 'list']);
  const other = openList(client, ['keys']);
  const again = readAgain(client, ['events']);
  list.readings[0]?.('as it was');
  await expect.poll(() => list.readings.length).toBe(2);
  list.readings[1]?.('as it is');
  await again;
  expect([list.shown(), other.readings.length]).toEqual(['as it is', 1]);
  list.end();
  other.end();
});

test('what was read already is read once, all of it without a key', async () => {
  const client = new QueryClient();
  const lists = [openList(client, ['events', 'list']), openList(client, ['keys'])];
  for (const { readings } of lists) readings[0]?.('as it was');
  await expect.poll(() => lists.map(({ shown }) => shown())).toEqual(['as it was', 'as it was']);
  const again = readAgain(client);
  for (const { readings } of lists) readings[1]?.('as it is');
  await again;
  expect(lists.map(({ readings, shown }) => [readings.length, shown()])).toEqual([
    [2, 'as it is'],
    [2, 'as it is'],
  ]);
  for (const { end } of lists) end();
});
