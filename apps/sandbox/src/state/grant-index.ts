import { fingerprint } from '../fingerprint.ts';

/** Remembers for ever which grant a token belonged to, so that the log can say so after the token is dead. */
export class GrantIndex {
  readonly #grantIds = new Map<string, string>();

  remember(token: string, grantId: string): void {
    this.#grantIds.set(fingerprint(token), grantId);
  }

  find(tokenFingerprint: string | undefined): string | null {
    return (tokenFingerprint === undefined ? undefined : this.#grantIds.get(tokenFingerprint)) ?? null;
  }
}
