import {
  timelineTypes,
  type TimelineAttempt,
  type TimelineItem,
  type TimelineType,
} from '@latchkey/core/timeline';
import { z } from 'zod';
import { entryBody, entrySchema } from '../audit/schemas.ts';
import { authorizationBody, authorizationSchema, errorSchema } from '../authorizations/schemas.ts';
import { eventSchema } from '../events/schemas.ts';
import { listOf, pageQuery, time, toTime, toTimeOrNull } from '../schemas.ts';

const attemptSchema = z
  .object({
    n: z.int().describe('Which attempt, from 1.'),
    outcome: z
      .enum(['running', 'succeeded', 'failed', 'retrying', 'abandoned'])
      .describe('`retrying`: it comes again; `abandoned`: its worker never said how it ended.'),
    startedAt: time,
    endedAt: time.nullable(),
    error: errorSchema.nullable(),
    httpStatus: z
      .int()
      .nullable()
      .describe('Of the provider’s answer to a refresh; null when none came, and for other kinds.'),
    nextAttemptAt: time.nullable(),
  })
  .meta({ id: 'TimelineAttempt' });

const itemSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('authorization'),
      id: z.string(),
      at: time.describe('When it was made.'),
      authorization: authorizationSchema,
      requestedBy: z.string().describe('The name of who asked for it.'),
      attempts: z.array(attemptSchema).describe('The last 20, oldest first.'),
    }),
    z.object({ type: z.literal('event'), id: z.string(), at: time, event: eventSchema }),
    z.object({ type: z.literal('audit'), id: z.string(), at: time, entry: entrySchema }),
  ])
  .meta({ id: 'TimelineItem' });

export const timelineList = listOf(itemSchema);

const kinds = timelineTypes.join('|');

export const timelineQuery = pageQuery.omit({ cursor: true }).extend({
  after: z.string().max(100).optional().describe('`nextCursor` of the page before.'),
  types: z
    .string()
    .regex(new RegExp(`^(?:${kinds})(?:,(?:${kinds}))*$`), `must be some of ${kinds}, with commas between`)
    .default(timelineTypes.join(','))
    .describe('Only these kinds of items, with commas between.'),
});

export function typesOf(text: string): TimelineType[] {
  return timelineTypes.filter((type) => text.split(',').includes(type));
}

function attemptBody(attempt: TimelineAttempt): z.output<typeof attemptSchema> {
  const { n, outcome, startedAt, endedAt, error, httpStatus, nextAttemptAt } = attempt;
  return {
    n,
    outcome,
    startedAt: toTime(startedAt),
    endedAt: toTimeOrNull(endedAt),
    error,
    httpStatus,
    nextAttemptAt: toTimeOrNull(nextAttemptAt),
  };
}

export function itemBody(item: TimelineItem): z.output<typeof itemSchema> {
  const placed = { id: item.id, at: toTime(item.at) };
  switch (item.type) {
    case 'authorization':
      return {
        type: item.type,
        ...placed,
        authorization: authorizationBody(item.authorization),
        requestedBy: item.authorization.requestedBy,
        attempts: item.attempts.map(attemptBody),
      };
    case 'event':
      return { type: item.type, ...placed, event: item.event };
    case 'audit':
      return { type: item.type, ...placed, entry: entryBody(item.entry) };
  }
}
