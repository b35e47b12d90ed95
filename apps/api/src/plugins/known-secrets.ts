import { hash } from 'node:crypto';
import { BoundedMap } from '@latchkey/core/rate-limits';
import type { Guesses } from './guesses.ts';

interface Entry<T> {
  readonly value: T;
  readonly freshUntil: number;
  readonly generation: number;
}

/** What a secret is remembered by: a dump of the process holds no tokens because of it. The same text of another kind is another secret. */
export function digestOf(kind: SecretKind, secret: string): string {
  return hash('sha256', `${kind} ${secret}`, 'base64');
}

type SecretKind = 'token' | 'session' | 'connect_session' | 'sign-in';

interface KnownSecretsOptions {
  readonly kind: SecretKind;
  /** How long an answer is used again; 0: it is only remembered that the secret was right. */
  readonly seconds: number;
  /** The least recently used goes first. */
  readonly size: number;
  readonly guesses: Pick<Guesses, 'attempt' | 'turnsAway'>;
  readonly now?: () => number;
}

/**
 * Remembers who a token or cookie belongs to for a few seconds, and that it was right for as long as there is room.
 * One that was right is looked up again whatever else comes from its address; any other is a guess.
 */
export function openKnownSecrets<T>({
  kind,
  seconds,
  size,
  guesses,
  now = () => performance.now(),
}: KnownSecretsOptions) {
  const entries = new BoundedMap<Entry<T>>(size);
  const running = new Map<string, Promise<T | null>>();
  let generation = 0;

  const lookUp = async (key: string, address: string, find: () => Promise<T | null>) => {
    const began = generation;
    const known = entries.peek(key) !== undefined;
    const value = await (known ? find() : guesses.attempt({ key, address }, find));
    // One that was asked for before `clear` must not replace what was found after it.
    if (value === null) entries.delete(key);
    else if ((entries.peek(key)?.generation ?? began) <= began)
      entries.set(key, { value, freshUntil: now() + seconds * 1000, generation: began });
    return value;
  };

  return {
    /**
     * @param address whose budget a wrong one is charged to
     * @param find asked when nothing fresh is known; who asks meanwhile shares its answer
     * @throws Problem `too_many_requests`
     */
    async through(secret: string, address: string, find: () => Promise<T | null>): Promise<T | null> {
      const key = digestOf(kind, secret);
      const entry = entries.peek(key);
      if (entry !== undefined && entry.freshUntil > now() && entry.generation === generation)
        return entry.value;
      const shared = `${generation}:${key}`;
      const asked = running.get(shared);
      if (asked !== undefined) return asked;
      const asking = lookUp(key, address, find).finally(() => running.delete(shared));
      running.set(shared, asking);
      return asking;
    },
    /** Whether `through` would throw now for the secret of this digest, without asking anybody; it is counted as refused then. */
    turnsAway(key: string, address: string): boolean {
      return entries.peek(key) === undefined && guesses.turnsAway({ key, address });
    },
    /** From now on everything is asked again, answers on their way included. */
    clear(): void {
      generation += 1;
    },
  };
}
