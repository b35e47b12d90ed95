import type { AuthorizationKind } from '../authorizations/status.ts';
import type { AddOptions } from '../queues/queues.ts';
import type { JobData, JobName } from '../queues/catalogue.ts';
import type { EventData, EventType } from './catalogue.ts';
import type { EventRow } from './to-cloud-event.ts';

/** A job that an event asks for. */
export interface Reaction {
  readonly name: JobName;
  readonly data: JobData<JobName>;
  readonly options: AddOptions;
}

const jobOf = {
  validate_key: 'validate-key',
  exchange_code: 'exchange-code',
  refresh_token: 'refresh-token',
  revoke: 'revoke',
} as const satisfies Record<AuthorizationKind, JobName>;

/** Which jobs follow which events; a type without a line has none. The id makes a second delivery harmless. */
const reactions: { readonly [T in EventType]?: (event: EventRow, data: EventData<T>) => Reaction[] } = {
  'latchkey.authorization.queued': (event, { kind, attempt, delaySeconds }) => [
    {
      name: jobOf[kind],
      data: { workspaceId: event.workspaceId, authorizationId: event.subject },
      options: { jobId: `${event.subject}-${attempt}`, delaySeconds },
    },
  ],
};

export function reactionsTo(event: EventRow): Reaction[] {
  const react = reactions[event.type as EventType] as
    | ((event: EventRow, data: Record<string, unknown>) => Reaction[])
    | undefined;
  return react?.(event, event.data) ?? [];
}
