import { sql } from 'kysely';
import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { queueNow } from '../authorizations/run.ts';
import { inWorkspace, transact, type Context } from '../context.ts';
import { now } from '../db/database-time.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import type { SpillRecord } from './spill-record.ts';

/** `journaled`: the next run of its credential adopts it. The others are answers that nobody will ever use. */
type Replayed = 'journaled' | 'deleted' | 'reauthorized';

/**
 * Brings an answer from a spill file into the journal. Safe to repeat, and beside another replay of the same file or the
 * commit of its writer.
 * @param options `queue`: whether the credential's work is made to look at it at once
 */
export async function replayRecord(
  ctx: Context,
  record: SpillRecord,
  { queue }: { queue: boolean },
): Promise<Replayed> {
  return transact(ctx, async (tx): Promise<Replayed> => {
    const credentials = await lockCredentials(tx, record);
    const own = credentials.find(({ id }) => id === record.credentialId);
    const heir = own ?? credentials[0];
    await resolveAttempt(tx, record, heir === undefined ? 'credential_gone' : null);
    if (heir === undefined) return 'deleted';
    await insertIntoJournal(tx, record, heir.id);
    if (own !== undefined && isOfAnotherGrant(own, record)) return 'reauthorized';
    await giveLeaseBack(tx, record);
    if (queue && heir.status === 'active' && isPresented(heir, record))
      await queueAdoption(inWorkspace(tx, heir.workspaceId), heir);
    return 'journaled';
  });
}

type Locked = Awaited<ReturnType<typeof lockCredentials>>[number];

/**
 * The credential, and others that hold the same refresh token: the answer is theirs as well. One that is being deleted
 * is as good as gone: it is ended with the token that it has.
 */
async function lockCredentials(tx: Context, record: SpillRecord) {
  const { credentialId, presentedFingerprint } = record;
  return db(acrossWorkspaces(tx.em))
    .selectFrom('credential')
    .select([
      'id',
      'workspaceId',
      'provider',
      'status',
      'tokenVersion',
      'grantFingerprint',
      'grantId',
      sql<boolean>`lease_until > now() and fence <> ${record.fence}`.as('isPresenting'),
    ])
    .where((where) =>
      where.or([
        where('id', '=', credentialId),
        ...(presentedFingerprint === null ? [] : [where('grantFingerprint', '=', presentedFingerprint)]),
      ]),
    )
    .where('status', '<>', 'revoking')
    .orderBy('id')
    .forUpdate()
    .execute();
}

function isOfAnotherGrant({ grantId }: Locked, record: SpillRecord): boolean {
  return grantId !== null && record.grantId !== null && grantId !== record.grantId;
}

/** Whether the credential still has the token that was presented. A token that does not rotate has that for ever. */
function isPresented(credential: Locked, { credentialId, presentedFingerprint, tokenVersion }: SpillRecord) {
  if (credential.id === credentialId && credential.tokenVersion >= tokenVersion) return false;
  return presentedFingerprint !== null && credential.grantFingerprint?.equals(presentedFingerprint) === true;
}

async function resolveAttempt(tx: Context, record: SpillRecord, errorCode: string | null): Promise<void> {
  await db(tx.em)
    .updateTable('refresh_attempt')
    .set({ state: 'succeeded', errorCode, providerStatus: 200, resolvedAt: now })
    .where('id', '=', record.attemptId)
    .where('state', '<>', 'succeeded')
    .execute();
}

async function insertIntoJournal(tx: Context, record: SpillRecord, credentialId: string): Promise<void> {
  await db(tx.em)
    .insertInto('token_journal')
    .values({
      id: record.journalId,
      workspaceId: record.workspaceId,
      credentialId,
      attemptId: record.attemptId,
      fence: record.fence,
      tokenVersion: record.tokenVersion,
      keySalt: record.keySalt,
      sealed: record.sealed,
      presentedFingerprint: record.presentedFingerprint,
      grantFingerprint: record.grantFingerprint,
      receivedAt: record.receivedAt,
      source: 'spill',
    })
    .onConflict((conflict) => conflict.column('attemptId').doNothing())
    .execute();
}

/** Its holder has the answer, and died or waits for the database: nobody needs to wait for the end of its lease. */
async function giveLeaseBack(tx: Context, { credentialId, fence }: SpillRecord): Promise<void> {
  await db(tx.em)
    .updateTable('credential')
    .set({ leaseOwner: null, leaseUntil: null })
    .where('id', '=', credentialId)
    .where('fence', '=', fence)
    .where('leaseUntil', 'is not', null)
    .execute();
}

/** The work that is there runs now, unless it is presenting the token at the moment; where there is none, some is queued. */
async function queueAdoption(tx: Context, credential: Locked): Promise<void> {
  const atWork = await db(tx.em)
    .selectFrom('authorization')
    .select('id')
    .where('credentialId', '=', credential.id)
    .where('kind', '=', 'refresh_token')
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst();
  if (atWork === undefined) {
    await queueAuthorization(tx, { kind: 'refresh_token', credential, reason: 'schedule' });
  } else if (!credential.isPresenting) {
    await queueNow(tx, atWork.id);
  }
}
