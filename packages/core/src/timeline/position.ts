import { Problem } from '../errors.ts';

/** What a time line is made of. */
export const timelineTypes = ['authorization', 'event', 'audit'] as const;
export type TimelineType = (typeof timelineTypes)[number];

/** The key of the next item of each kind; null: there is no more of it. Absent: from the newest on. */
export type Position = Readonly<Record<TimelineType, string | null>>;

const pattern = /^(?<authorization>0|auth_[\da-z]{26})-(?<event>\d{1,15})-(?<audit>\d{1,15})$/;

/** `nextCursor` of a page; null at the end. */
export function formatPosition(position: Position): string | null {
  if (timelineTypes.every((type) => position[type] === null)) return null;
  return timelineTypes.map((type) => position[type] ?? '0').join('-');
}

/** @throws Problem `validation_failed` */
export function parsePosition(text: string): Position {
  const { groups } = pattern.exec(text) ?? {};
  if (groups === undefined) {
    throw new Problem('validation_failed', {
      errors: [{ path: 'after', message: 'must be the `nextCursor` of a page' }],
    });
  }
  const keyOf = (type: TimelineType) => (groups[type] === '0' ? null : (groups[type] ?? null));
  return { authorization: keyOf('authorization'), event: keyOf('event'), audit: keyOf('audit') };
}
