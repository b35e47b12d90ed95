import { z } from 'zod';
import type { SealedEntry } from './follow-chain.ts';
import type { Head } from './head.ts';

/** An entry as it leaves Latchkey: all that its hash covers, and the hash. */
export interface AuditEntryView {
  /** 20 digits; rises by one per workspace, without gaps. */
  readonly sequence: string;
  readonly id: string;
  readonly workspaceId: string;
  /** In the order of insertion, across workspaces. */
  readonly position: number;
  readonly at: Date;
  readonly actor: { readonly type: string; readonly id: string; readonly name: string };
  readonly action: string;
  readonly subject: string;
  readonly outcome: 'success' | 'refused';
  readonly requestId: string | null;
  readonly clientAddress: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  /** SHA-256 in lower-case hexadecimal; `hashEntry` says over what. */
  readonly previousHash: string;
  readonly hash: string;
}

export function padSequence(sequence: number): string {
  return String(sequence).padStart(20, '0');
}

export function toView(entry: SealedEntry): AuditEntryView {
  return {
    sequence: padSequence(entry.sequence ?? 0),
    id: entry.id,
    workspaceId: entry.workspaceId,
    position: entry.position,
    at: entry.at,
    actor: { type: entry.actorType, id: entry.actorId, name: entry.actorName },
    action: entry.action,
    subject: entry.subject,
    outcome: entry.outcome,
    requestId: entry.requestId ?? null,
    clientAddress: entry.clientAddress ?? null,
    data: entry.data,
    previousHash: entry.previousHash?.toString('hex') ?? '',
    hash: entry.hash?.toString('hex') ?? '',
  };
}

/** One line of an export. */
export function entryLine(entry: SealedEntry): string {
  return `${JSON.stringify(toView(entry))}\n`;
}

/** The last line of an export: without it the export was cut. `head` is null when there are no entries. */
export function endLine({ head, entries }: ExportEnd): string {
  const last = head && { sequence: padSequence(head.sequence), hash: head.hash.toString('hex') };
  return `${JSON.stringify({ head: last, entries })}\n`;
}

export interface ExportEnd {
  /** The last of the entries. */
  readonly head: Head | null;
  readonly entries: number;
}

const sequence = z
  .string()
  .regex(/^0*\d{1,15}$/)
  .transform(Number);
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => Buffer.from(text, 'hex'));

/** Nothing else may stand in a line: what the hash does not cover proves nothing. */
const entrySchema = z.strictObject({
  sequence,
  id: z.string(),
  workspaceId: z.string(),
  position: z.int(),
  at: z.iso.datetime({ precision: 3 }).transform((text) => new Date(text)),
  actor: z.strictObject({ type: z.string(), id: z.string(), name: z.string() }),
  action: z.string(),
  subject: z.string(),
  outcome: z.enum(['success', 'refused']),
  requestId: z.string().nullable(),
  clientAddress: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  previousHash: hash,
  hash,
});

const endSchema = z.strictObject({
  head: z.strictObject({ sequence, hash }).nullable(),
  entries: z.int().min(0),
});

export type ExportLine =
  | { readonly kind: 'entry'; readonly entry: SealedEntry & { readonly sequence: number } }
  | ({ readonly kind: 'end' } & ExportEnd);

/** Reads one line of an export; null when it is none. */
export function parseLine(line: string): ExportLine | null {
  const value = parseJson(line);
  const end = endSchema.safeParse(value);
  if (end.success) return { kind: 'end', ...end.data };
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return null;
  const { actor, ...entry } = parsed.data;
  return {
    kind: 'entry',
    entry: { ...entry, actorType: actor.type, actorId: actor.id, actorName: actor.name },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
