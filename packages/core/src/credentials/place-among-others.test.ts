import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freeName, nameLimit } from './place-among-others.ts';

describe('freeName', () => {
  it('numbers API keys from 1', () => {
    expect(freeName('API key', new Set())).toBe('API key 1');
    expect(freeName('API key', new Set(['API key 1', 'API key 2']))).toBe('API key 3');
  });

  it('gives an account its own name, and a number only on collision', () => {
    expect(freeName('Ada Lovelace', new Set())).toBe('Ada Lovelace');
    expect(freeName('Ada Lovelace', new Set(['Ada Lovelace']))).toBe('Ada Lovelace 2');
  });

  it('cuts no character in half, which the database would change and then find taken', () => {
    const suggestion = `${'x'.repeat(nameLimit - 7)}👩`;
    expect(freeName(suggestion, new Set())).toBe('x'.repeat(nameLimit - 7));
  });

  it('is never empty, too long, untrimmed or taken, whatever a provider calls the account', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), fc.nat(20), (suggestion, collisions) => {
        const taken = new Set<string>();
        for (let index = 0; index < collisions; index += 1) taken.add(freeName(suggestion, taken));
        const name = freeName(suggestion, taken);
        expect(taken.has(name)).toBe(false);
        expect(name).toBe(name.trim());
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(nameLimit);
      }),
    );
  });
});
