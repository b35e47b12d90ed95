import { fieldRules } from '@latchkey/core/field-rules.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fieldErrorOf, type FieldIssue } from './field-issue.ts';

describe('the rule that a field broke', () => {
  it.each([
    ['nothing where something must be', z.string(), undefined, 'required', undefined],
    ['an empty text', z.string().min(1), '', 'required', undefined],
    ['a short text', z.string().min(3), 'a', 'too_short', { min: 3 }],
    ['a long text', z.string().max(3), 'aaaa', 'too_long', { max: 3 }],
    ['a small number', z.number().min(3), 1, 'too_small', { min: 3 }],
    ['a large number', z.number().max(3), 4, 'too_large', { max: 3 }],
    ['a short list', z.array(z.string()).min(1), [], 'too_few', { min: 1 }],
    ['a long list', z.array(z.string()).max(1), ['a', 'b'], 'too_many', { max: 1 }],
    ['another type', z.string(), 5, 'type', { expected: 'string' }],
    ['a word that is not offered', z.enum(['a', 'b']), 'c', 'choice', { options: 'a, b' }],
    ['no time', z.iso.datetime(), 'now', 'time', undefined],
    ['no address', z.url(), 'here', 'url', undefined],
    ['a rule of ours', z.string().regex(/^a$/, fieldRules.id), 'b', 'id', undefined],
    [
      'another rule of ours',
      z.string().refine(() => false, fieldRules.name_length),
      'b',
      'name_length',
      undefined,
    ],
    ['what has no rule', z.string().regex(/^a$/, 'must be a'), 'b', 'invalid', undefined],
    ['none of several', z.union([z.string(), z.number()]), true, 'invalid', undefined],
  ])('is told by a code: %s', (_, schema, value, code, values) => {
    const [error] = errorsOf(z.object({ field: schema }), { field: value });
    expect(error).toMatchObject({ path: 'field', code });
    expect(error?.values).toEqual(values);
  });

  it('names a member that nobody asked for, and the body where there is no field', () => {
    expect(errorsOf(z.strictObject({}), { extra: 1 })).toMatchObject([{ path: 'extra', code: 'unknown' }]);
    expect(errorsOf(z.object({}), 5)).toMatchObject([{ path: 'body', code: 'type' }]);
  });
});

function errorsOf(schema: z.ZodType, value: unknown) {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map((issue) => {
    const { code: keyword, message, path, ...params } = issue;
    const found: FieldIssue = { keyword, message, params, instancePath: `/${path.join('/')}` };
    return fieldErrorOf(found, 'body');
  });
}
