import type { AuditVerification } from '@latchkey/core/audit';
import { breakKinds, padSequence, type AuditEntryView, type Head } from '@latchkey/core/audit-chain';
import { z } from 'zod';
import { time, toTime } from '../schemas.ts';

export const entrySchema = z
  .object({
    sequence: z.string(),
    id: z.string(),
    workspaceId: z.string(),
    position: z.int().describe('In the order of insertion, across workspaces.'),
    at: time,
    actor: z.object({ type: z.string(), id: z.string(), name: z.string() }),
    action: z.string(),
    subject: z.string(),
    outcome: z.enum(['success', 'refused']),
    requestId: z.string().nullable(),
    clientAddress: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
    previousHash: z.string(),
    hash: z.string().describe('SHA-256 over this entry and the hash before it.'),
  })
  .meta({ id: 'AuditEntry' });

export function entryBody(entry: AuditEntryView): z.output<typeof entrySchema> {
  return {
    sequence: entry.sequence,
    id: entry.id,
    workspaceId: entry.workspaceId,
    position: entry.position,
    at: toTime(entry.at),
    actor: { type: entry.actor.type, id: entry.actor.id, name: entry.actor.name },
    action: entry.action,
    subject: entry.subject,
    outcome: entry.outcome,
    requestId: entry.requestId,
    clientAddress: entry.clientAddress,
    data: { ...entry.data },
    previousHash: entry.previousHash,
    hash: entry.hash,
  };
}

export const headSchema = z
  .object({ sequence: z.string(), hash: z.string() })
  .meta({ id: 'AuditHead', description: 'The end of the chain; sequence 0 where there is none yet.' });

export function headBody({ sequence, hash }: Head): z.output<typeof headSchema> {
  return { sequence: padSequence(sequence), hash: hash.toString('hex') };
}

export const verificationSchema = z
  .object({
    intact: z.boolean().describe('Whether what was sealed is there as it was sealed, and nothing else.'),
    problem: z
      .object({
        sequence: z.string().describe('The first place that is not as it was sealed.'),
        kind: z.enum(breakKinds),
        detail: z.string(),
      })
      .nullable(),
    entries: z.int().describe('Sealed entries that follow each other.'),
    head: headSchema,
    anchor: headSchema
      .extend({ prunedAt: time })
      .nullable()
      .describe('The last entry that retention removed; its sequence is how many that were in all.'),
    unsealed: z
      .object({
        entries: z.int(),
        oldestSeconds: z.number(),
        overdue: z.boolean().describe('The oldest has waited for more than 60 s: no relay seals.'),
      })
      .describe('Entries that are not in the chain yet, as they are for about a second.'),
  })
  .meta({ id: 'AuditVerification' });

export function verificationBody(result: AuditVerification): z.output<typeof verificationSchema> {
  const { intact, problem, entries, head, anchor, unsealed } = result;
  return {
    intact,
    problem: problem && {
      sequence: padSequence(problem.sequence),
      kind: problem.kind,
      detail: problem.detail,
    },
    entries,
    head: headBody(head),
    anchor: anchor && { ...headBody(anchor), prunedAt: toTime(anchor.prunedAt) },
    unsealed: {
      entries: unsealed.entries,
      oldestSeconds: unsealed.oldestSeconds,
      overdue: unsealed.overdue,
    },
  };
}
