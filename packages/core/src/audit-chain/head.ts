import { noHash } from './hash-entry.ts';

/** An entry that a chain goes on from, or ends with. */
export interface Head {
  readonly sequence: number;
  readonly hash: Buffer;
}

/** Before the first entry. */
export const beginning: Head = { sequence: 0, hash: noHash };

/** `<sequence>:<hash>`, for people to keep and to compare with later. */
export function formatHead({ sequence, hash }: Head): string {
  return `${sequence}:${hash.toString('hex')}`;
}

/** Reads what `formatHead` wrote; null when it is something else. */
export function parseHead(text: string): Head | null {
  const [, digits, hex] = /^0*(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (digits === undefined || hex === undefined) return null;
  return { sequence: Number(digits), hash: Buffer.from(hex, 'hex') };
}
