import { expect, test } from 'vitest';
import { RequestLog } from './request-log.ts';
import type { Arrival } from './request-log.ts';

const arrival: Arrival = {
  provider: 'lab_strict',
  endpoint: 'token.refresh',
  method: 'POST',
  route: '/lab/strict/token',
  clientId: null,
  grantId: null,
  clientAuthentication: 'none',
  contentType: null,
  presented: { kind: 'refresh_token', fingerprint: 'f' },
};

test('what is read with the last sequence as after has neither gaps nor repetitions, across a clearing too', () => {
  const log = new RequestLog();
  const seen: number[] = [];
  const poll = (): void => {
    seen.push(...log.read({ after: seen.at(-1) ?? 0 }).map(({ sequence }) => sequence));
  };
  poll();
  for (let turn = 0; turn < 3; turn += 1) log.arrive(arrival);
  poll();
  log.arrive(arrival);
  poll();
  log.clear();
  poll();
  for (let turn = 0; turn < 2; turn += 1) log.arrive(arrival);
  poll();
  expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  expect(log.read({ after: 2 }).map(({ sequence }) => sequence)).toEqual([5, 6]);
});

test('a snapshot does not change under its reader, nor the log under a reader’s hands', () => {
  const log = new RequestLog();
  const entry = log.arrive(arrival);
  entry.issued = { code: null, accessToken: 'a', refreshToken: 'r' };
  const [snapshot] = log.read();
  expect(snapshot).toEqual(entry);
  entry.issued.refreshToken = 'changed';
  entry.faults.push('html');
  log.end(entry);
  expect(snapshot).toMatchObject({ issued: { refreshToken: 'r' }, faults: [], outcome: 'pending' });
  if (snapshot?.presented) snapshot.presented.fingerprint = 'changed';
  expect(log.read()[0]?.presented?.fingerprint).toBe('f');
});
