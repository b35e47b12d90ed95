import { isSame, type SealedEntry } from './follow-chain.ts';
import { hashEntry } from './hash-entry.ts';
import type { Head } from './head.ts';

/** What is wrong with a chain. Part of the interface: add, never rename. */
export const breakKinds = [
  'missing',
  'changed',
  'swapped',
  'inserted',
  'head_mismatch',
  'anchor_mismatch',
  'noted_head_mismatch',
  'noted_head_pruned',
  'export_cut',
] as const;

export type BreakKind = (typeof breakKinds)[number];

/** The first place at which a chain is not what was sealed. */
export interface ChainBreak {
  readonly sequence: number;
  readonly kind: BreakKind;
  /** A sentence for the person who has to look into it. */
  readonly detail: string;
}

/** So far from its place an entry that was moved is recognised. */
const reach = 1_000;

/**
 * Why the first of `entries` does not follow `head`.
 * @param entries in the order of their sequence; the more there are, the better is what was moved told apart
 * @param afterAnchor whether `head` is where retention cut the chain, and not an entry that was seen
 */
export function diagnose(head: Head, entries: readonly SealedEntry[], afterAnchor: boolean): ChainBreak {
  const expected = head.sequence + 1;
  const [entry, ...later] = entries;
  const found = entry?.sequence ?? null;
  if (entry === undefined || found === null || found > expected) return missing(expected, found);
  if (found < expected) return inserted(found, 'An entry stands where the chain has one already, or none.');
  const sealedAs = sealedSequence(entry);
  if (sealedAs === null) {
    if (later.some((each) => wasSealedAs(each, expected)))
      return inserted(expected, 'The entry that was sealed here stands further behind.');
    return later.some((each) => hasContentOf(entry, each))
      ? swapped(expected)
      : { sequence: expected, kind: 'changed', detail: 'The entry is not what its hash was made of.' };
  }
  if (sealedAs < expected) return inserted(sealedAs, 'The entries behind it were moved to make room.');
  if (sealedAs > expected)
    return later.some((each) => wasSealedAs(each, expected))
      ? swapped(expected)
      : missing(expected, sealedAs);
  if (afterAnchor)
    return {
      sequence: head.sequence,
      kind: 'anchor_mismatch',
      detail: 'The anchor of retention is not the entry that the rest was sealed after.',
    };
  const sequence = Math.max(head.sequence, 1);
  return {
    sequence,
    kind: 'changed',
    detail: `The entry is not the one that entry ${expected} was sealed after.`,
  };
}

function missing(from: number, next: number | null): ChainBreak {
  const detail =
    next === null ? 'The rest of the chain is gone.' : `Entries that are gone from here on: ${next - from}.`;
  return { sequence: from, kind: 'missing', detail };
}

function inserted(sequence: number, detail: string): ChainBreak {
  return { sequence, kind: 'inserted', detail };
}

function swapped(sequence: number): ChainBreak {
  return { sequence, kind: 'swapped', detail: 'Entries stand in another order than they were sealed in.' };
}

/** The sequence with which an entry is what its hash was made of; null: with none near to its own. */
function sealedSequence(entry: SealedEntry): number | null {
  const own = entry.sequence ?? 0;
  for (let distance = 0; distance <= reach; distance += 1) {
    if (wasSealedAs(entry, own + distance)) return own + distance;
    if (distance < own && wasSealedAs(entry, own - distance)) return own - distance;
  }
  return null;
}

function wasSealedAs(entry: SealedEntry, sequence: number): boolean {
  return isSame(entry.hash, hashEntry({ ...entry, sequence }));
}

/** Whether the seal of `place` is that of what stands at `other` now. */
function hasContentOf(place: SealedEntry, other: SealedEntry): boolean {
  const { sequence = null, previousHash = null } = place;
  return isSame(place.hash, hashEntry({ ...other, sequence, previousHash }));
}
