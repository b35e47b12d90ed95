import type { OAuthClient, TokenGrant } from '../auth-methods/index.ts';
import type { Authorization } from '../authorizations/authorization-columns.ts';
import { grantFingerprint, tokenChanges, toPayload } from '../authorizations/token-changes.ts';
import type { Context } from '../context.ts';
import { sealPayload, type CredentialRow, type OAuthPayload } from '../credentials/index.ts';
import { newId } from '../ids.ts';
import { requireOAuth2 } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import type { Pass } from './gate-pass.ts';
import { sealJournalEntry } from './journal-entry.ts';
import type { Held } from './refresh-lease.ts';

/** One refresh token on its way to the provider, and all that belongs to it. */
export interface Presentation {
  readonly authorization: Authorization;
  readonly credential: CredentialRow;
  readonly provider: Provider;
  readonly client: OAuthClient;
  /** What the credential holds: its refresh token is the one presented. */
  readonly payload: OAuthPayload;
  readonly held: Held;
  readonly pass: Pass;
}

/** The tokens that came, sealed for the journal and for the credential: from here on nothing is in clear. */
export type SealedAnswer = Awaited<ReturnType<typeof sealAnswer>>;

export async function sealAnswer(ctx: Context, at: Presentation, grant: TokenGrant) {
  const { credential, held } = at;
  const payload = toPayload(grant, at.payload);
  const tokenVersion = credential.tokenVersion + 1;
  const times = tokenChanges(requireOAuth2(at.provider), grant, payload, held.presentedAt);
  const fingerprint = grantFingerprint(ctx, payload);
  const entry = {
    id: newId('journal'),
    workspaceId: ctx.workspaceId,
    tokenVersion,
    keySalt: ctx.vault.newSalt(),
  };
  return {
    /** For the case that nobody will ever use it: then it is ended at the provider. */
    payload,
    journal: {
      ...entry,
      credentialId: credential.id,
      attemptId: held.attemptId,
      fence: held.fence,
      sealed: await sealJournalEntry(ctx, entry, { payload, ...times }),
      presentedFingerprint: credential.grantFingerprint,
      grantFingerprint: fingerprint,
    },
    columns: {
      ...times,
      tokenVersion,
      sealed: await sealPayload(ctx, { ...credential, tokenVersion }, payload),
      scopes: payload.scopes,
      grantFingerprint: fingerprint,
    },
  };
}
