import { randomFillSync } from 'node:crypto';

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
  connectSession: 'cs',
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
  let text = '';
  let bits = 0;
  // 26 characters hold 130 bits: two zeros stand in front.
  let held = 2;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += alphabet[(bits >> held) & 31];
    }
    bits &= (1 << held) - 1;
  }
  return text;
}

const idBytes = 16;
const pool = Buffer.alloc(256 * idBytes);
let unused = 0;

/** Random bytes are fetched for many ids at once: each call for some costs more than the rest of an id. */
function someRandomBytes(): Buffer {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.length;
  }
  unused -= idBytes;
  return pool.subarray(unused, unused + idBytes);
}

/**
 * A new id such as `cred_06f3…`: 48 bits of time in milliseconds, then 80 random bits, so that rows made
 * one after another lie beside each other in an index and lists by id are lists by age.
 */
export function newId(kind: IdKind): string {
  const bytes = someRandomBytes();
  bytes.writeUIntBE(Date.now(), 0, 6);
  return `${prefixes[kind]}_${base32(bytes)}`;
}

/** No id of this kind that was made at that time or later, by the clock of its process, comes before it. */
export function firstIdAt(kind: IdKind, time: Date): string {
  const bytes = Buffer.alloc(idBytes);
  bytes.writeUIntBE(Math.min(Math.max(0, time.getTime()), 2 ** 48 - 1), 0, 6);
  return `${prefixes[kind]}_${base32(bytes)}`;
}

/** Matches an id of the given kind. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${prefixes[kind]}_[${alphabet}]{26}$`);
}
