import type { Account, AccountPointers } from './define-provider.ts';

/** What the pointers find in an answer; null if they find neither id nor name. */
export function readAccount(body: unknown, pointers: AccountPointers): Account | null {
  const id = text(body, pointers.id);
  const name = text(body, pointers.name);
  const avatarUrl = text(body, pointers.avatarUrl);
  if (id === null && name === null) return null;
  return { id, name, avatarUrl: avatarUrl?.startsWith('https://') === true ? avatarUrl : null };
}

function text(body: unknown, pointer: string | null): string | null {
  if (pointer === null) return null;
  const value = resolvePointer(body, pointer);
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.trim() === '') return null;
  return value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 500);
}

/** The value at a JSON pointer (RFC 6901), undefined if there is none. */
export function resolvePointer(document: unknown, pointer: string): unknown {
  let value = document;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
