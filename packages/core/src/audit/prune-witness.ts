import type { ChainBreak, HashedEntry } from '../audit-chain/index.ts';
import type { Db } from '../db/index.ts';
import type { Anchor } from './read-chain-ends.ts';

/**
 * Whether the audit itself tells of the anchor. Retention leaves an entry whenever it moves it, so an anchor that none
 * speaks of hides entries that somebody else removed.
 */
export function openPruneWitness(kysely: Db, workspaceId: string, anchor: Anchor | null) {
  let vouched = false;
  const speaksOf = ({ action, data }: Pick<HashedEntry, 'action' | 'data'>) =>
    anchor !== null &&
    action === 'audit.prune' &&
    data['upToSequence'] === anchor.sequence &&
    data['hash'] === anchor.hash.toString('hex');
  return {
    saw(entry: HashedEntry): void {
      vouched ||= speaksOf(entry);
    },
    /** Asked at the end of the chain: the entry may be so young that it is not sealed yet. */
    async denies(): Promise<ChainBreak | null> {
      if (anchor === null || vouched) return null;
      const unsealed = await kysely
        .selectFrom('audit_entry')
        .select(['action', 'data'])
        .where('workspaceId', '=', workspaceId)
        .where('sequence', 'is', null)
        .where('action', '=', 'audit.prune')
        .execute();
      if (unsealed.some(speaksOf)) return null;
      const detail = 'No entry tells that retention removed what was sealed up to here.';
      return { sequence: anchor.sequence, kind: 'anchor_mismatch', detail };
    },
  };
}
