import { pino } from 'pino';
import { expect, it } from 'vitest';
import { reasonOf, watchOutage } from './outage.ts';

it('logs one line when an outage begins and one when it ends, and of the error the message only', () => {
  const lines: string[] = [];
  const log = pino({ base: null, timestamp: false }, { write: (line) => lines.push(line) });
  const outage = watchOutage(log, 'Redis');
  const error = Object.assign(new Error('connect ECONNREFUSED'), {
    command: { name: 'auth', args: ['canary'] },
  });
  outage.ended();
  outage.began(error);
  outage.began(error);
  outage.ended();
  outage.ended();
  outage.began(error);
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'Redis is not available',
    'Redis is available again',
    'Redis is not available',
  ]);
  expect(lines.join()).toContain('ECONNREFUSED');
  expect(lines.join()).not.toContain('canary');
});

it('finds the reason inside an error with several', () => {
  expect(reasonOf(new AggregateError([new Error('first'), new Error('second')]))).toBe('first');
});
