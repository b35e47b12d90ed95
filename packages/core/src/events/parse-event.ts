import { z } from 'zod';
import type { CloudEvent } from './event-bus.ts';

const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  sequence: z.string(),
  workspaceid: z.string(),
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<CloudEvent>;

/** Reads what came over the bus; null when it is not an event, since anyone with access to Redis can publish. */
export function parseEvent(text: string): CloudEvent | null {
  try {
    return cloudEvent.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
