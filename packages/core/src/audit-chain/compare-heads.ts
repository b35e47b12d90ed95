import type { ChainBreak } from './diagnose.ts';
import type { Head } from './head.ts';

/** The head tells where the chain ends: an entry cut off there, or one put behind it, breaks no hash. */
export function compareWithHead(walked: Head, head: Head): ChainBreak | null {
  if (head.sequence > walked.sequence) {
    const detail = `The chain ends here, its head is entry ${head.sequence}.`;
    return { sequence: walked.sequence + 1, kind: 'missing', detail };
  }
  if (head.sequence < walked.sequence) {
    const detail = 'An entry stands behind the head of the chain.';
    return { sequence: head.sequence + 1, kind: 'inserted', detail };
  }
  if (head.hash.equals(walked.hash)) return null;
  const detail = 'The hashes are right in themselves, but the head of the chain is another one.';
  return { sequence: head.sequence, kind: 'head_mismatch', detail };
}

/** Compares a head that was noted elsewhere with the chain, as far as it reaches at that moment. */
export interface NotedHead {
  /** Called with the start of the chain and after every entry. */
  passes(head: Head): ChainBreak | null;
  /** Called with the end. */
  ends(head: Head): ChainBreak | null;
}

export function compareWithNoted(noted: Head | null): NotedHead {
  let start: number | null = null;
  return {
    passes(head) {
      start ??= head.sequence;
      if (noted === null || noted.sequence !== head.sequence || noted.hash.equals(head.hash)) return null;
      const detail = 'The chain is right in itself, but it is not the one that this head was noted of.';
      return { sequence: noted.sequence, kind: 'noted_head_mismatch', detail };
    },
    ends(head) {
      if (noted === null) return null;
      if (noted.sequence > head.sequence) {
        const detail = `The chain ends at entry ${head.sequence}: it was longer when this head was noted.`;
        return { sequence: noted.sequence, kind: 'noted_head_mismatch', detail };
      }
      if (start === null || noted.sequence >= start) return null;
      const detail = `The chain begins after entry ${start}: this head cannot be compared any more.`;
      return { sequence: noted.sequence, kind: 'noted_head_pruned', detail };
    },
  };
}
