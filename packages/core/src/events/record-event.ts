import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { eventTypes, type EventData, type EventType } from './catalogue.ts';

/** What happened, of one type. */
export type NewEvent = { [T in EventType]: { type: T; subject: string; data: EventData<T> } }[EventType];

/**
 * Inserts an event into the outbox, inside the caller's transaction; the relay numbers and publishes it once that
 * is committed.
 * @param event `subject` is the id of what it is about
 * @throws ZodError when the data is not exactly what the catalogue declares: a mistake of the caller
 */
export async function recordEvent(ctx: Pick<Context, 'em' | 'workspaceId'>, event: NewEvent): Promise<void> {
  await recordEvents(ctx, [{ ...event, workspaceId: ctx.workspaceId }]);
}

/** The same for several in one statement, each in a workspace of its own; they are numbered in the order given. */
export async function recordEvents(
  { em }: Pick<Context, 'em'>,
  events: readonly (NewEvent & { readonly workspaceId: string })[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ workspaceId, type, subject, data }) => ({
    id: newId('event'),
    workspaceId,
    type,
    subject,
    data: eventTypes[type].parse(data) as Record<string, unknown>,
  }));
  await db(em).insertInto('event').values(rows).execute();
}
