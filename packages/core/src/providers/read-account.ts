import { cutText } from '../cut-text.ts';
import type { Account, AccountPointers } from './define-provider.ts';

/** What the pointers find in an answer; null if they find neither id nor name. */
export function readAccount(body: unknown, pointers: AccountPointers): Account | null {
  const id = text(body, pointers.id);
  const name = text(body, pointers.name);
  if (id === null && name === null) return null;
  return { id, name, avatarUrl: picture(body, pointers.avatarUrl) };
}

function text(body: unknown, pointer: string | null): string | null {
  const value = pointer === null ? undefined : resolvePointer(body, pointer);
  return typeof value === 'number' ? String(value) : tidy(value);
}

/** What a provider's own reader found in its token answer, as it may be stored. */
export function tidyAccount(account: Account | null): Account | null {
  return account === null ? null : { ...account, id: tidy(account.id), name: tidy(account.name) };
}

/** One line without what PostgreSQL refuses; a character that is made of several stays whole. */
function tidy(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const line = value.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim();
  return cutText(line, 500).trim() || null;
}

/** Only what a page may show: https, or a small picture in place. */
function picture(body: unknown, pointer: string | null): string | null {
  const value = pointer === null ? undefined : resolvePointer(body, pointer);
  if (typeof value !== 'string' || value.length > 4096) return null;
  return /^(https:\/\/|data:image\/)[\x21-\x7e]+$/.test(value) ? value : null;
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
