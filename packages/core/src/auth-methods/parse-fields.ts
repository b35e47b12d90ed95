import type { FieldError } from '../errors.ts';
import type { ApiKeyField, ApiKeyMethod } from '../providers/index.ts';

export type ParsedFields = { readonly ok: Record<string, string> } | { readonly errors: FieldError[] };

const maxLength = 8192;

/**
 * Everything about key fields that can be told without the provider: trimmed, defaults filled in, URLs in one
 * spelling. A value of unusual shape passes: only the provider knows what a key looks like.
 */
export function parseFields(method: ApiKeyMethod, input: Readonly<Record<string, unknown>>): ParsedFields {
  const errors: FieldError[] = Object.keys(input)
    .filter((name) => !method.fields.some((field) => field.name === name))
    .map((name) => ({ path: `fields.${name}`, message: 'is not a field of this provider' }));
  const ok: Record<string, string> = {};
  for (const field of method.fields) {
    const result = parseField(field, Object.hasOwn(input, field.name) ? input[field.name] : undefined);
    if (typeof result === 'object') errors.push({ path: `fields.${field.name}`, message: result.error });
    else if (result !== '') ok[field.name] = result;
  }
  return errors.length > 0 ? { errors } : { ok };
}

function parseField(field: ApiKeyField, value: unknown): string | { error: string } {
  if (value !== undefined && value !== null && typeof value !== 'string')
    return { error: 'must be a string' };
  const text = value?.trim() ?? '';
  if (text === '') {
    if (field.default !== null) return field.default;
    return field.required ? { error: 'is required' } : '';
  }
  if (text.length > maxLength) return { error: `must have at most ${maxLength} characters` };
  if (/\p{Cc}/u.test(text)) return { error: 'must be one line without control characters' };
  return field.kind === 'url' ? parseBaseUrl(text) : text;
}

/** Whether the address may be called is decided when it is called. */
function parseBaseUrl(text: string): string | { error: string } {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return { error: 'must be a URL such as https://example.com' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    return { error: 'must not contain a user name or password' };
  if (text.includes('?') || text.includes('#')) return { error: 'must not contain a query or fragment' };
  return url.origin + url.pathname.replace(/\/+$/, '');
}
