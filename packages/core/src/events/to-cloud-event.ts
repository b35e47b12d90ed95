import type { CloudEvent } from './event-bus.ts';

/** A numbered row of the event table. */
export interface EventRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly subject: string;
  readonly data: Record<string, unknown>;
  readonly time: Date;
  readonly sequence: number;
}

/** 20 digits, so that sequences compare as text (the CloudEvents `sequence` extension). */
export function formatSequence(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

export function toCloudEvent(row: EventRow): CloudEvent {
  return {
    specversion: '1.0',
    id: row.id,
    source: `/workspaces/${row.workspaceId}`,
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    sequence: formatSequence(row.sequence),
    workspaceid: row.workspaceId,
    data: row.data,
  };
}
