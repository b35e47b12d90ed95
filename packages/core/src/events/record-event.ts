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
  const data: Record<string, unknown> = eventTypes[event.type].parse(event.data);
  await db(ctx.em)
    .insertInto('event')
    .values({
      id: newId('event'),
      workspaceId: ctx.workspaceId,
      type: event.type,
      subject: event.subject,
      data,
    })
    .execute();
}
