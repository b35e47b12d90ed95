import { describe, expect, it } from 'vitest';
import { findProblems } from './key-values.ts';
import type { KeyField } from './session.ts';

const field = (members: Partial<KeyField>): KeyField => ({
  name: 'apiKey',
  label: 'API key',
  secret: true,
  required: true,
  kind: 'text',
  default: null,
  helpUrl: null,
  warnPattern: null,
  ...members,
});
const fields = [field({}), field({ name: 'baseUrl', kind: 'url', required: false, secret: false })];

describe('console C26: what is typed into a key form', () => {
  it('is looked at before it is sent, by field', () => {
    expect(findProblems(fields, { apiKey: '  ', baseUrl: '' })).toEqual({ apiKey: 'missing' });
    expect(findProblems(fields, { apiKey: 'x', baseUrl: 'firecrawl.local' })).toEqual({ baseUrl: 'badUrl' });
    expect(findProblems(fields, { apiKey: 'x', baseUrl: 'javascript:alert(1)' })).toEqual({
      baseUrl: 'badUrl',
    });
    expect(findProblems(fields, { apiKey: 'x', baseUrl: 'https://firecrawl.local' })).toEqual({});
  });
});
