import { randomBytes } from 'node:crypto';

const prefixes = {
  workspace: 'ws',
  credential: 'cred',
  authorization: 'auth',
  oauthClient: 'ocl',
  lease: 'lease',
  event: 'evt',
  audit: 'aud',
  serviceToken: 'st',
  session: 'ses',
  attempt: 'att',
  journal: 'jrn',
  dataKey: 'dk',
  keyJob: 'kj',
  request: 'req',
} as const;

export type IdKind = keyof typeof prefixes;

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** 128 bits as 26 characters of Crockford's base 32; keeps the byte order, so ids sort by time. */
function base32(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let index = 0; index < 26; index += 1) {
    text = alphabet[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}

/**
 * A new id such as `cred_06f3…`: 48 bits of time in milliseconds, then 80 random bits, so that rows made
 * one after another lie beside each other in an index and lists by id are lists by age.
 */
export function newId(kind: IdKind): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return `${prefixes[kind]}_${base32(bytes)}`;
}

/** Matches an id of the given kind. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${prefixes[kind]}_[${alphabet}]{26}$`);
}
