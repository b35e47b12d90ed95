import { sql } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import { transact, type Context } from '../context.ts';
import { recordCredentialEvent, type CredentialRow } from '../credentials/index.ts';
import { acrossWorkspaces, db } from '../db/index.ts';
import { failures } from '../errors.ts';
import type { Authorization } from './authorization-columns.ts';
import { fingerprintsOfGrant } from './fingerprints-of-grant.ts';
import { fail, succeed } from './run.ts';

/** How the provider's side ended. */
export type Revocation =
  | { readonly outcome: 'revoked' | 'already_gone' | 'unsupported' | 'shared' | 'not_needed' }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Deletes the row, and with it the ciphertext and the salt of its key, and every journal entry of it. */
export async function eraseCredential(
  ctx: Context,
  authorization: Authorization,
  credential: CredentialRow,
  revocation: Revocation,
): Promise<void> {
  await transact(ctx, async (tx) => {
    await eraseJournal(tx, credential);
    const gone = await db(tx.em)
      .deleteFrom('credential')
      .where('id', '=', credential.id)
      .returning('id')
      .executeTakeFirst();
    if (gone === undefined) {
      await succeed(tx, authorization.id);
      return;
    }
    await endOthers(tx, authorization, credential.id);
    const { outcome } = revocation;
    if (outcome === 'revoked' || outcome === 'already_gone') {
      await recordCredentialEvent(tx, 'revoked', credential);
      await recordAudit(tx, { action: 'token.revoke', subject: credential.id, data: { outcome } });
    }
    await recordCredentialEvent(tx, 'deleted', credential);
    await recordAudit(tx, {
      action: 'credential.erased',
      subject: credential.id,
      data: { revocation: outcome },
    });
    if (revocation.outcome === 'failed') {
      await fail(tx, authorization.id, {
        code: 'revocation_failed',
        message: `${failures.revocation_failed.message} (${revocation.reason})`,
      });
    } else {
      const remark =
        outcome === 'unsupported'
          ? { code: 'revocation_unsupported' as const, message: failures.revocation_unsupported.message }
          : null;
      await succeed(tx, authorization.id, { remark });
    }
  });
}

/**
 * With the entries of credentials on the same grant that are gone already, but without what another credential has yet
 * to take over: it would be the only valid token.
 */
async function eraseJournal(tx: Context, { id, grantFingerprint }: CredentialRow): Promise<void> {
  const grant = grantFingerprint === null ? [] : await fingerprintsOfGrant(tx.em, grantFingerprint);
  await sql`
    delete from token_journal j
    where (j.credential_id = ${id} or (j.presented_fingerprint = any(${grant}::bytea[])
        and not exists (select from credential o where o.id = j.credential_id)))
      and not exists (
        select from credential c where c.id <> ${id} and c.grant_fingerprint = j.presented_fingerprint
      )`.execute(db(acrossWorkspaces(tx.em)));
}

/** Work that is still queued for a credential that is gone. */
async function endOthers(tx: Context, authorization: Authorization, credentialId: string): Promise<void> {
  const others = await db(tx.em)
    .selectFrom('authorization')
    .select('id')
    .where('credentialId', '=', credentialId)
    .where('id', '<>', authorization.id)
    .where('status', 'in', ['awaiting_consent', 'queued'])
    .execute();
  for (const { id } of others) {
    await fail(tx, id, { code: 'credential_gone', message: failures.credential_gone.message });
  }
}
