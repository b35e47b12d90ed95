import type { KeyJobKind, KeyJobStatus } from './key-job.entity.ts';

export const keyJobColumns = [
  'id',
  'kind',
  'workspaceId',
  'status',
  'total',
  'done',
  'skipped',
  'error',
  'startedAt',
  'updatedAt',
  'finishedAt',
] as const;

/** A key job as callers see it. */
export interface KeyJob {
  readonly id: string;
  readonly kind: KeyJobKind;
  readonly workspaceId: string | null;
  readonly status: KeyJobStatus;
  readonly total: number | null;
  readonly done: number;
  readonly skipped: number;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}
