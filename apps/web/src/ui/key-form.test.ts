import { describe, expect, it } from 'vitest';
import { emptyKeyForm, enteredFields, missingFields, type ApiKeyField } from './key-form.ts';

const field = (name: string, more: Partial<ApiKeyField> = {}): ApiKeyField => ({
  name,
  label: name,
  secret: true,
  required: true,
  kind: 'text',
  default: null,
  helpUrl: null,
  warnPattern: null,
  ...more,
});

describe('the form of a key', () => {
  it('begins empty whatever the defaults are, and sends only what was entered, trimmed', () => {
    const fields = [field('apiKey'), field('baseUrl', { default: 'https://a.test' })];
    const values = emptyKeyForm(fields);
    expect(enteredFields(values)).toEqual({});
    values.fields['apiKey'] = ' key\n';
    values.fields['baseUrl'] = '  ';
    expect(enteredFields(values)).toEqual({ apiKey: 'key' });
  });

  it('misses what is required and has no default', () => {
    const fields = [field('a'), field('b', { default: 'x' }), field('c', { required: false })];
    expect(missingFields(fields, emptyKeyForm(fields), 'missing')).toEqual({ 'fields.a': 'missing' });
  });
});
