import { expect, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { FaultInput } from './fault.ts';
import { FaultQueue } from './fault-queue.ts';

const provider = 'lab_strict';
const sometimes = { provider, fault: 'html', times: null, probability: 0.3 } as const;

/** Which of this many requests a queue's faults hit. */
function pattern(queue: FaultQueue, requests = 1000): string {
  const hit = (): boolean => queue.take({ provider, endpoint: 'token.refresh', grantId: null }).length > 0;
  return Array.from({ length: requests }, () => (hit() ? '1' : '0')).join('');
}

function queueOf(seed: number, ...faults: FaultInput[]): FaultQueue {
  const queue = new FaultQueue();
  for (const fault of faults) queue.add(fault, seed);
  return queue;
}

test('a fault without an end stays until it is cleared', () => {
  const queue = queueOf(1, { provider, fault: 'html', times: null });
  expect(pattern(queue)).toBe('1'.repeat(1000));
  expect(queue.list()).toMatchObject([{ remaining: null }]);
  queue.clear();
  expect(pattern(queue)).toBe('0'.repeat(1000));
});

test('the same seed hits the same requests, another one others, about as many as were asked for', () => {
  const hits = pattern(queueOf(7, sometimes));
  expect(pattern(queueOf(7, sometimes))).toBe(hits);
  expect(pattern(queueOf(8, sometimes))).not.toBe(hits);
  const count = hits.replaceAll('0', '').length;
  expect(count).toBeGreaterThan(250);
  expect(count).toBeLessThan(350);
});

test('the same faults after a clearing hit the same requests as before it', () => {
  const queue = queueOf(7, sometimes);
  const before = pattern(queue);
  queue.clear();
  queue.add(sometimes, 7);
  expect(pattern(queue)).toBe(before);
});

test('two faults do not draw from one sequence', () => {
  const both = pattern(queueOf(7, sometimes, { ...sometimes, fault: 'delay', ms: 0 }));
  const one = pattern(queueOf(7, sometimes));
  expect(both.replaceAll('0', '').length).toBeGreaterThan(one.replaceAll('0', '').length);
});

test('a number of times counts the requests that were hit', () => {
  const queue = queueOf(7, { ...sometimes, times: 20 });
  expect(pattern(queue).replaceAll('0', '')).toHaveLength(20);
  expect(queue.list()).toEqual([]);
});

test('a probability of 0 never hits', () => {
  expect(pattern(queueOf(7, { ...sometimes, probability: 0 }))).toBe('0'.repeat(1000));
});

test('the seed is a setting of the sandbox', async () => {
  const sandbox = await startSandbox();
  const run = async (seed: number): Promise<number[]> => {
    await sandbox.control.clearFaults();
    await sandbox.control.updateSettings({ seed });
    await sandbox.control.addFault({ ...sometimes, probability: 0.5, fault: 'server_error' });
    const statuses: number[] = [];
    for (let turn = 0; turn < 10; turn += 1) {
      statuses.push((await fetch(`${sandbox.url}/lab/strict/me`)).status);
    }
    return statuses;
  };
  const first = await run(3);
  expect(new Set(first)).toEqual(new Set([401, 503]));
  expect(await run(3)).toEqual(first);
  expect(await run(4)).not.toEqual(first);
  await sandbox.close();
}, 20_000);
