import { expect, test, vi } from 'vitest';
import { refusalLog } from './refusal-log.ts';

test('a flood of refusals is one line in ten seconds per limit, with their number', () => {
  let time = 0;
  const warn = vi.fn<(facts: object, text: string) => void>();
  const refused = refusalLog({ warn }, () => time);
  for (let n = 0; n < 500; n += 1) refused('guess', 'address', '192.0.2.1');
  refused('lease', 'token', '192.0.2.2');
  time = 10_000;
  refused('guess', 'address', '192.0.2.3');
  expect(warn.mock.calls.map(([facts]) => facts)).toEqual([
    { limit: 'guess.address', requests: 1, clientAddress: '192.0.2.1' },
    { limit: 'lease.token', requests: 1, clientAddress: '192.0.2.2' },
    { limit: 'guess.address', requests: 500, clientAddress: '192.0.2.3' },
  ]);
});
