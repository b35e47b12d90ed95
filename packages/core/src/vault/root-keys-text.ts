import { ConfigurationError } from '../errors.ts';
import { keyServiceNames, keyServices, type KeyServiceName } from './key-services/catalogue.ts';
import { localKeyLength } from './key-services/local.ts';

/** Shorter than a key in any encoding, so that a key put in the place of its id is never printed. */
const idPattern = /^[A-Za-z0-9_.-]{1,32}$/;
const base64Pattern = /^[A-Za-z0-9+/]+={0,2}$/;

/** A root key as it is configured. */
export type RootKeyEntry = { readonly id: string } & (
  | { readonly kind: 'local'; readonly key: Buffer }
  | { readonly kind: KeyServiceName; readonly reference: string }
);

type Parsed = { readonly entry: RootKeyEntry } | { readonly problem: string };

function parseEntry(text: string, where: string): Parsed {
  const separator = text.indexOf(':');
  const id = text.slice(0, Math.max(separator, 0));
  if (!idPattern.test(id))
    return {
      problem: `${where} does not start with an id of 1 to 32 letters, digits, ".", "_" or "-" and a colon.`,
    };
  const rest = text.slice(separator + 1);
  const named = `${where} ("${id}")`;
  if (rest === '') return { problem: `${named} has no key.` };
  const service = keyServiceNames.find((name) => rest === name || rest.startsWith(`${name}:`));
  if (service !== undefined) return parseReference(id, service, rest.slice(service.length + 1), named);
  if (rest.includes(':'))
    return { problem: `${named} names no key service that is known: ${keyServiceNames.join(', ')}.` };
  return parseLocal(id, rest, named);
}

function parseReference(id: string, kind: KeyServiceName, reference: string, named: string): Parsed {
  const service = keyServices[kind];
  if (service.reference.test(reference)) return { entry: { id, kind, reference } };
  return { problem: `${named}: behind "${kind}:" must be ${service.referenceIs}.` };
}

function parseLocal(id: string, text: string, named: string): Parsed {
  const key = Buffer.from(text, 'base64');
  if (!base64Pattern.test(text) || key.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, ''))
    return { problem: `${named} is not valid base64.` };
  if (key.length !== localKeyLength)
    return {
      problem: `${named} has ${key.length} bytes instead of ${localKeyLength}. Make one with: openssl rand -base64 32`,
    };
  if (key.every((byte) => byte === key[0]))
    return { problem: `${named} is not random: all its bytes are the same.` };
  return { entry: { id, kind: 'local', key } };
}

export function isSameKey(a: RootKeyEntry, b: RootKeyEntry): boolean {
  if (a.kind === 'local') return b.kind === 'local' && a.key.equals(b.key);
  return b.kind === a.kind && b.reference === a.reference;
}

/**
 * `id:base64(32 bytes)`, `id:aws-kms:<key>` or `id:vault-transit:<key>`, separated by commas; the first is primary.
 * @param source what the operator wrote it into, for the messages
 * @throws ConfigurationError with a line for everything that is wrong, none of which shows a key
 */
export function parseRootKeys(text: string, source = 'LATCHKEY_ROOT_KEYS'): RootKeyEntry[] {
  if (text.trim() === '')
    throw new ConfigurationError([
      `${source} is missing. Make a key with: echo "main:$(openssl rand -base64 32)"`,
    ]);
  const entries: RootKeyEntry[] = [];
  const problems: string[] = [];
  for (const [index, part] of text.split(',').entries()) {
    const parsed = parseEntry(part.trim(), `${source}: entry ${index + 1}`);
    if ('problem' in parsed) {
      problems.push(parsed.problem);
      continue;
    }
    const { entry } = parsed;
    if (entries.some(({ id }) => id === entry.id)) {
      problems.push(`${source}: the id "${entry.id}" occurs twice.`);
      continue;
    }
    const twin = entries.find((other) => isSameKey(other, entry));
    if (twin) problems.push(`${source}: "${twin.id}" and "${entry.id}" are the same key.`);
    entries.push(entry);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return entries;
}
