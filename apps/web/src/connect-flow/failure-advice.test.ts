import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import texts from '@latchkey/texts/en/failures.json' with { type: 'json' };
import { failureAdvice } from './failure-advice.ts';

const docs = readFileSync(new URL('../../../../docs/errors/README.md', import.meta.url), 'utf8');
const [, failures = ''] = docs.split('## Failures');
const codes = [...failures.matchAll(/^\| `(\w+)`/gm)].map(([, code = '']) => code);

describe('console C27: every failure code', () => {
  it('is known from the documentation', () => {
    expect(codes.length).toBeGreaterThan(20);
  });

  it('has a text of its own, which no other has', () => {
    expect(Object.keys(texts).toSorted()).toEqual(['unknown', ...codes].toSorted());
    const told = Object.values(texts).map(({ title, text }) => `${title} ${text}`);
    expect(new Set(told).size).toBe(told.length);
  });

  it('offers one thing to do', () => {
    expect(Object.keys(failureAdvice).toSorted()).toEqual(codes.toSorted());
  });
});
