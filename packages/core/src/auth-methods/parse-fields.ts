import { fieldError, type FieldError, type FieldRule, type RuleValues } from '../field-rules.ts';
import type { ApiKeyField, ApiKeyMethod } from '../providers/index.ts';

export type ParsedFields = { readonly ok: Record<string, string> } | { readonly errors: FieldError[] };

/** The rule that a value breaks. */
interface Broken {
  readonly broken: FieldRule;
  readonly values?: RuleValues;
}

const maxLength = 8192;

/**
 * Everything about key fields that can be told without the provider: trimmed, defaults filled in, URLs in one
 * spelling. A value of unusual shape passes: only the provider knows what a key looks like.
 */
export function parseFields(method: ApiKeyMethod, input: Readonly<Record<string, unknown>>): ParsedFields {
  const errors: FieldError[] = Object.keys(input)
    .filter((name) => !method.fields.some((field) => field.name === name))
    .map((name) => fieldError(`fields.${name}`, 'unknown'));
  const ok: Record<string, string> = {};
  for (const field of method.fields) {
    const result = parseField(field, Object.hasOwn(input, field.name) ? input[field.name] : undefined);
    if (typeof result === 'object')
      errors.push(fieldError(`fields.${field.name}`, result.broken, result.values));
    else if (result !== '') ok[field.name] = result;
  }
  return errors.length > 0 ? { errors } : { ok };
}

function parseField(field: ApiKeyField, value: unknown): string | Broken {
  if (value !== undefined && value !== null && typeof value !== 'string')
    return { broken: 'type', values: { expected: 'string' } };
  const text = value?.trim() ?? '';
  if (text === '') {
    if (field.default !== null) return field.default;
    return field.required ? { broken: 'required' } : '';
  }
  if (text.length > maxLength) return { broken: 'too_long', values: { max: maxLength } };
  if (/\p{Cc}/u.test(text)) return { broken: 'one_line' };
  return field.kind === 'url' ? parseBaseUrl(text) : text;
}

/** Whether the address may be called is decided when it is called. */
function parseBaseUrl(text: string): string | Broken {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { broken: 'url' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return { broken: 'url_user' };
  if (text.includes('?') || text.includes('#')) return { broken: 'url_query' };
  return url.origin + url.pathname.replace(/\/+$/, '');
}
