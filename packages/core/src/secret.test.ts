import { format, inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Secret } from './secret.ts';

const canary = 'canary-5d41402abc4b2a76';

describe('D37: a secret', () => {
  const secret = new Secret(canary);
  // The compiler refuses a secret in a template; this is what happens where it is not asked.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const asText = secret as unknown as string;
  const holder = { secret, list: [secret], map: new Map([['secret', secret]]) };

  it.each([
    ['JSON.stringify', JSON.stringify(secret)],
    ['JSON.stringify of what holds it', JSON.stringify(holder)],
    ['a template', `key: ${asText}`],
    ['concatenation', 'key: '.concat(asText)],
    ['String()', String(secret)],
    ['util.inspect', inspect(secret)],
    [
      'util.inspect of what holds it, with everything shown',
      inspect(holder, { depth: 9, showHidden: true, showProxy: true }),
    ],
    ['util.inspect without custom inspection', inspect(secret, { customInspect: false, showHidden: true })],
    ['util.format', format('%s %o %O %j', secret, secret, secret, secret)],
    ['an error message', new Error(`refused ${asText}`, { cause: secret }).stack ?? ''],
    ['object keys and values', JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)])],
    ['a spread copy', inspect(Object.assign({}, secret))],
    ['structuredClone', inspect(structuredClone(Object.assign({}, secret)))],
  ])('does not show in %s', (_name, shown) => {
    expect(shown).not.toContain(canary);
  });

  it('shows as [secret] where a value is shown', () => {
    expect(`key: ${asText}`).toBe('key: [secret]');
    expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}');
    expect(inspect({ secret })).toBe('{ secret: [secret] }');
  });

  it('does not show in a log line', () => {
    const lines: string[] = [];
    pino({ level: 'trace' }, { write: (line) => lines.push(line) }).error(
      { err: new Error('x', { cause: secret }), holder },
      `key: ${asText}`,
    );
    expect(lines).toHaveLength(1);
    expect(lines.join('')).not.toContain(canary);
  });

  it('gives its value to reveal', () => {
    expect(secret.reveal()).toBe(canary);
  });
});
