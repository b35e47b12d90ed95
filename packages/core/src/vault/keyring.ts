import type { Logger } from 'pino';
import { ConfigurationError } from '../errors.ts';
import type { KeyProvider } from './key-provider.ts';
import { localRootKey } from './key-services/local.ts';
import { openServiceKeys, type ServiceKeysOptions } from './key-services/open-service-keys.ts';
import type { RootKey } from './key-services/root-key.ts';
import { readRootKeysFile } from './root-keys-file.ts';
import { isSameKey, parseRootKeys, type RootKeyEntry } from './root-keys-text.ts';
import { VaultError } from './vault-error.ts';

/** A file that holds the text of `LATCHKEY_ROOT_KEYS`, and the variable that named it. */
export interface RootKeysFile {
  readonly path: string;
  readonly variable: string;
}

interface KeyringOptions extends Omit<ServiceKeysOptions, 'log'> {
  /** `id:base64(32 bytes)` or `id:<key service>:<key>`, separated by commas; the first wraps, all unwrap. */
  readonly text: string;
  /** Where the text came from; null when it cannot change. */
  readonly file: RootKeysFile | null;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

interface Held {
  readonly entry: RootKeyEntry;
  readonly key: RootKey;
}

/**
 * All root keys, wherever each of them lives. Client libraries are loaded for the services that have a key here.
 * @throws ConfigurationError when a key or what its service needs is missing or wrong; no service is asked yet
 */
export async function openKeyring({ text, file, log, ...options }: KeyringOptions): Promise<KeyProvider> {
  const openServiceKey = openServiceKeys({ ...options, log });
  const open = async (entry: RootKeyEntry): Promise<Held> => ({
    entry,
    key: entry.kind === 'local' ? localRootKey(entry.key) : await openServiceKey(entry),
  });
  let held = await Promise.all(parseRootKeys(text, file?.variable).map(open));
  let lastText = text;
  let lastProblem = '';

  async function reload(from: RootKeysFile): Promise<boolean> {
    try {
      const newText = readRootKeysFile(from.path, from.variable);
      const isOther = newText !== lastText;
      const before = held;
      if (isOther) held = await Promise.all(replace(before, newText, from, open));
      lastText = newText;
      lastProblem = '';
      return isOther && idsOf(before).join() !== idsOf(held).join();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      // Whoever asks now and then hears of it once.
      if (error.message !== lastProblem)
        log.error({ problems: error.lines }, 'the changed root keys are refused; those at hand stay in use');
      lastProblem = error.message;
      return false;
    }
  }

  let reloading = Promise.resolve(false);
  return keyring(
    () => held,
    async () => {
      if (file === null) return false;
      // One after the other: two that read different texts must not end in the wrong order.
      reloading = reloading.catch(() => false).then(() => reload(file));
      return reloading;
    },
  );
}

/** An id names one key for as long as the process lives: data keys are bound to it. */
function replace(
  held: readonly Held[],
  text: string,
  { variable }: RootKeysFile,
  open: (entry: RootKeyEntry) => Promise<Held>,
): Promise<Held>[] {
  const entries = parseRootKeys(text, variable);
  const known = (id: string) => held.find(({ entry }) => entry.id === id);
  const changed = entries.filter((entry) => {
    const before = known(entry.id);
    return before !== undefined && !isSameKey(before.entry, entry);
  });
  if (changed.length > 0)
    throw new ConfigurationError(
      changed.map(({ id }) => `${variable}: "${id}" is another key than before. Give a new key a new id.`),
    );
  return entries.map(async (entry) => known(entry.id) ?? open(entry));
}

/** Root keys held by this process alone, from a text that names no others. @throws ConfigurationError */
export function localKeyring(text: string): KeyProvider {
  const held = parseRootKeys(text).map((entry): Held => {
    if (entry.kind === 'local') return { entry, key: localRootKey(entry.key) };
    throw new ConfigurationError([`The root key "${entry.id}" is in a key service.`]);
  });
  return keyring(
    () => held,
    async () => false,
  );
}

function idsOf(held: readonly Held[]): string[] {
  return held.map(({ entry }) => entry.id);
}

/** Sends each operation to the key that it names. */
function keyring(current: () => readonly Held[], reload: KeyProvider['reload']): KeyProvider {
  const find = (id: string): Held => {
    const found = current().find(({ entry }) => entry.id === id);
    if (found === undefined) throw new VaultError('unknown_key');
    return found;
  };
  return {
    get primaryId() {
      return current()[0]?.entry.id ?? '';
    },
    ids: () => idsOf(current()),
    kindOf: (keyId) => find(keyId).entry.kind,
    wrap: async (keyId, associatedData, plaintext) => find(keyId).key.wrap(associatedData, plaintext),
    unwrap: async (keyId, associatedData, wrapped) => find(keyId).key.unwrap(associatedData, wrapped),
    prove: async (keyId) => find(keyId).key.prove(),
    verify: async (keyId, proof) => find(keyId).key.verify(proof),
    reload,
  };
}
