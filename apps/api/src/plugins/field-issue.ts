import { ruleOf, type FieldError, type FieldRule, type RuleValues } from '@latchkey/core/field-rules.ts';

/** What the validator found: `keyword` is the code of an issue of zod, `params` the rest of it. */
export interface FieldIssue {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

interface Broken {
  readonly code: FieldRule;
  readonly values?: RuleValues;
}

const tooSmall: Readonly<Record<string, FieldRule>> = { string: 'too_short', array: 'too_few' };
const tooBig: Readonly<Record<string, FieldRule>> = { string: 'too_long', array: 'too_many' };

/** `fields.apiKey` from the JSON pointer that the validator gives. */
function fieldPath(pointer: string): string {
  return pointer.replace(/^\//, '').replaceAll('/', '.');
}

/** A member that nobody asked for is named in the parameters of the issue, not in its path. */
function unknownMember({ keys }: FieldIssue['params']): string {
  return Array.isArray(keys) ? keys.join(', ') : '';
}

function brokenRule({ keyword, message = '', params }: FieldIssue): Broken {
  const origin = String(params['origin']);
  switch (keyword) {
    case 'unrecognized_keys':
      return { code: 'unknown' };
    case 'invalid_type':
      // An issue does not carry what was given; its words say whether anything was.
      return message.endsWith('received undefined')
        ? { code: 'required' }
        : { code: 'type', values: { expected: String(params['expected']) } };
    case 'invalid_value':
      return { code: 'choice', values: { options: (params['values'] as readonly unknown[]).join(', ') } };
    case 'too_small': {
      const min = Number(params['minimum']);
      if (origin === 'string' && min === 1) return { code: 'required' };
      return { code: tooSmall[origin] ?? 'too_small', values: { min } };
    }
    case 'too_big':
      return { code: tooBig[origin] ?? 'too_large', values: { max: Number(params['maximum']) } };
    case 'invalid_format':
      if (params['format'] === 'url') return { code: 'url' };
      if (params['format'] === 'datetime') return { code: 'time' };
  }
  return { code: ruleOf(message) };
}

/** An issue of zod as the field and the rule that it broke. @param place named where no field is: `body`, `querystring` */
export function fieldErrorOf(issue: FieldIssue, place: string): FieldError {
  return {
    path: fieldPath(issue.instancePath) || unknownMember(issue.params) || place,
    message: issue.message ?? 'is not valid',
    ...brokenRule(issue),
  };
}
