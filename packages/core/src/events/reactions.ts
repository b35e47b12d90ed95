import { jobOfAuthorization } from '../queues/job-of-authorization.ts';
import type { NewJob } from '../queues/queues.ts';
import type { EventData, EventType } from './catalogue.ts';
import type { EventRow } from './to-cloud-event.ts';

/** Which jobs follow which events; a type without a line has none. */
const reactions: { readonly [T in EventType]?: (event: EventRow, data: EventData<T>) => NewJob[] } = {
  'latchkey.authorization.queued': ({ subject, workspaceId }, { attempt, ...data }) => [
    jobOfAuthorization({ ...data, id: subject, workspaceId, attempts: attempt }),
  ],
};

export function reactionsTo(event: EventRow): NewJob[] {
  const react = reactions[event.type as EventType] as
    | ((event: EventRow, data: Record<string, unknown>) => NewJob[])
    | undefined;
  return react?.(event, event.data) ?? [];
}
