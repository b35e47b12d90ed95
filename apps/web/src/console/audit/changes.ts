import type { AuditEntry } from '@latchkey/api/answers.ts';

/** A detail of an entry, with what the same detail was before where the audit tells. */
export interface Change {
  readonly field: string;
  readonly after: unknown;
  /** Absent: nothing before tells. */
  readonly before?: { readonly value: unknown; readonly sequence: number };
}

/** Actions that set something anew. What is told of others, such as the id of a lease, has no before. */
export function isChange({ action }: Pick<AuditEntry, 'action'>): boolean {
  return /\.(?:update|set)$/.test(action);
}

/**
 * The details of an entry beside what earlier entries about the same thing say.
 * @param earlier newest first
 */
export function changesOf(entry: AuditEntry, earlier: readonly AuditEntry[]): Change[] {
  return Object.entries(entry.data).map(([field, after]) => {
    const known = isChange(entry)
      ? earlier.find(({ outcome, data }) => outcome === 'success' && data[field] !== undefined)
      : undefined;
    if (known === undefined) return { field, after };
    return { field, after, before: { value: known.data[field], sequence: Number(known.sequence) } };
  });
}
