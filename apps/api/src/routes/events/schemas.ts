import { z } from 'zod';
import { afterQuery, line, order, timeRange } from '../schemas.ts';

export const eventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string(),
    subject: z.string(),
    time: z.string(),
    sequence: z
      .string()
      .describe(
        '20 digits; rises by one per workspace without gaps, of which those are skipped that are private to somebody else.',
      ),
    workspaceid: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CloudEvent', description: 'A CloudEvents 1.0 event. No event carries a secret.' });

export const eventQuery = afterQuery.extend({
  type: line.max(100).optional(),
  subject: line.max(100).optional().describe('The id of what it is about.'),
  ...timeRange,
  order,
});
