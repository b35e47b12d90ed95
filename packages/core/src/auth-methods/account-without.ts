import type { Account } from '../providers/index.ts';
import { hideSecrets } from './provider-text.ts';

/**
 * An account as it may be stored and shown: what quotes one of the secrets is left out, as some providers call the owner
 * of a key by that key. Null when nothing is left to tell it by.
 */
export function accountWithout(account: Account | null, secrets: readonly string[]): Account | null {
  if (account === null) return null;
  const keep = (text: string | null) => (text === null || hideSecrets(text, secrets) === text ? text : null);
  const kept = { id: keep(account.id), name: keep(account.name), avatarUrl: keep(account.avatarUrl) };
  return kept.id === null && kept.name === null ? null : kept;
}
