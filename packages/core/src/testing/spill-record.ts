import { randomBytes } from 'node:crypto';
import { newId } from '../ids.ts';
import type { SpillRecord } from '../spill/index.ts';

/** An answer as it waits in a file, of a credential that is nowhere else. */
export function spillRecordOf(changes: Partial<SpillRecord> = {}): SpillRecord {
  return {
    attemptId: newId('attempt'),
    authorizationId: newId('authorization'),
    workspaceId: newId('workspace'),
    credentialId: newId('credential'),
    fence: 7,
    journalId: newId('journal'),
    tokenVersion: 3,
    keySalt: randomBytes(32),
    sealed: randomBytes(300),
    presentedFingerprint: randomBytes(32),
    grantFingerprint: null,
    grantId: 'grant',
    issuedTo: {
      provider: 'sandbox',
      accountId: null,
      clientMode: 'default',
      clientId: 'client',
      clientParams: {},
    },
    receivedAt: new Date('2026-11-21T10:00:00.123Z'),
    ...changes,
  };
}
