import { z } from 'zod';
import { idPattern } from '../ids.ts';

const bytes = z.base64().transform((text): Buffer => Buffer.from(text, 'base64'));

const recordSchema = z.object({
  version: z.literal(1),
  attemptId: z.string().regex(idPattern('attempt')),
  authorizationId: z.string().regex(idPattern('authorization')),
  workspaceId: z.string().regex(idPattern('workspace')),
  credentialId: z.string().regex(idPattern('credential')),
  fence: z.int().nonnegative(),
  journalId: z.string().regex(idPattern('journal')),
  tokenVersion: z.int().positive(),
  keySalt: bytes,
  sealed: bytes,
  presentedFingerprint: bytes.nullable(),
  grantFingerprint: bytes.nullable(),
  grantId: z.string().nullable(),
  /** With what the grant can be ended at the provider. */
  issuedTo: z.object({
    provider: z.string(),
    accountId: z.string().nullable(),
    clientMode: z.enum(['default', 'custom']).nullable(),
    clientId: z.string().nullable(),
    clientParams: z.record(z.string(), z.string()),
  }),
  receivedAt: z.iso.datetime().transform((text) => new Date(text)),
});

/** A token answer that the database has not taken yet: a row of `token_journal`, and what it belongs to. Nothing is in clear. */
export interface SpillRecord extends Readonly<Omit<z.output<typeof recordSchema>, 'version'>> {}

export function encodeRecord(record: SpillRecord): string {
  const text = (value: Buffer | null) => value && value.toString('base64');
  return JSON.stringify({
    version: 1,
    ...record,
    keySalt: text(record.keySalt),
    sealed: text(record.sealed),
    presentedFingerprint: text(record.presentedFingerprint),
    grantFingerprint: text(record.grantFingerprint),
  });
}

/** @throws Error when it is not what `encodeRecord` writes for this attempt */
export function parseRecord(text: string, attemptId: string): SpillRecord {
  const { version: _, ...record } = recordSchema.parse(JSON.parse(text));
  if (record.attemptId !== attemptId) throw new Error('another attempt than the name of the file says');
  return record;
}
