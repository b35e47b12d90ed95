import { expect, it } from 'vitest';
import { readableLine } from './log-line.ts';

it('says level, message and fields of a JSON line', () => {
  const line = JSON.stringify({
    level: 40,
    time: 1,
    pid: 2,
    hostname: 'h',
    name: 'api',
    provider: 'notion',
    msg: 'slow',
  });
  expect(readableLine(line)).toBe('WARN: slow provider=notion');
});

it('shows the stack of an error', () => {
  const line = JSON.stringify({
    level: 50,
    msg: 'failed',
    err: { message: 'boom', stack: 'Error: boom\n    at x' },
  });
  expect(readableLine(line)).toBe('ERROR: failed \nError: boom\n    at x');
});

it.each(['plain words', '{ not json', '{"no":"level"}', ''])('leaves %j as it is', (line) => {
  expect(readableLine(line)).toBe(line);
});
