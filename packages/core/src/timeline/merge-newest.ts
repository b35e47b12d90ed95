import { timelineTypes, type Position, type TimelineType } from './position.ts';

interface Placed {
  readonly at: Date;
  /** What its kind is read on by. */
  readonly key: string;
}

/**
 * The newest of three lists, each in the order of its own keys, which rise with time but for what clocks differ by: an item
 * never overtakes one of its kind, so that a page can be read on from.
 * @param sources each with one item more than `limit`, if there is one
 */
export function mergeNewest<T extends Placed>(
  sources: Readonly<Record<TimelineType, readonly T[]>>,
  limit: number,
): { readonly items: T[]; readonly next: Position } {
  const taken: Record<TimelineType, number> = { authorization: 0, event: 0, audit: 0 };
  const headOf = (type: TimelineType) => sources[type][taken[type]];
  const items: T[] = [];
  while (items.length < limit) {
    let newest: TimelineType | null = null;
    for (const type of timelineTypes) {
      const head = headOf(type);
      const best = newest === null ? undefined : headOf(newest);
      if (head !== undefined && (best === undefined || head.at > best.at)) newest = type;
    }
    const item = newest === null ? undefined : headOf(newest);
    if (newest === null || item === undefined) break;
    taken[newest] += 1;
    items.push(item);
  }
  const next = (type: TimelineType) => headOf(type)?.key ?? null;
  return {
    items,
    next: { authorization: next('authorization'), event: next('event'), audit: next('audit') },
  };
}
