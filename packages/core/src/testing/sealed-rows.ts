import { newId } from '../ids.ts';
import { sealPayload } from '../credentials/payload.ts';
import { sealJournalEntry } from '../refresh/journal-entry.ts';
import type { KeyProcess } from './key-processes.ts';
import type { ScratchDatabase } from './scratch-database.ts';

/** What a credential of these tests holds. */
export const payloadOf = (secret: string) => ({ kind: 'api_key', fields: { apiKey: secret } }) as const;

/** Inserts an active credential that holds `secret`. @returns its id */
export async function insertCredential(
  { superuser }: ScratchDatabase,
  { vault }: KeyProcess,
  workspaceId: string,
  secret: string,
): Promise<string> {
  const owner = { id: newId('credential'), workspaceId, tokenVersion: 1, keySalt: vault.newSalt() };
  const sealed = await sealPayload({ vault }, owner, payloadOf(secret));
  await superuser.query(
    `insert into credential (id, workspace_id, provider, name, auth_method, status, health, is_default, key_salt, sealed,
       token_version)
     select $1, $2, 'sandbox', $1, 'api_key', 'active', 'ok', not exists (select from credential where workspace_id = $2),
       $3, $4, 1`,
    [owner.id, workspaceId, owner.keySalt, sealed],
  );
  return owner.id;
}

/** Inserts one row into every other table that holds ciphertexts, each with `secret` inside. */
export async function insertEveryOther(
  { superuser }: ScratchDatabase,
  { vault }: KeyProcess,
  workspaceId: string,
  secret: string,
): Promise<void> {
  const keySalt = vault.newSalt();
  const seal = (record: string, field: string, version: number) =>
    vault.seal({ workspaceId, record, field, version }, keySalt, secret);
  const entry = { id: newId('journal'), workspaceId, tokenVersion: 3, keySalt };
  const content = {
    payload: payloadOf(secret),
    expiresAt: null,
    nextRefreshAt: null,
    tokenLifetimeSeconds: null,
  };
  await superuser.query(
    `insert into token_journal (id, workspace_id, credential_id, attempt_id, fence, token_version, key_salt, sealed)
     values ($1, $2, 'cred_gone', $1, 1, 3, $3, $4)`,
    [entry.id, workspaceId, keySalt, await sealJournalEntry({ vault }, entry, content)],
  );
  const client = newId('oauthClient');
  await superuser.query(
    `insert into oauth_client (id, workspace_id, provider, client_id, params, enabled, version, key_salt, sealed)
     values ($1, $2, 'sandbox', 'own', '{}', true, 2, $3, $4), ($5, $2, 'notion', 'public', '{}', true, 0, $3, null)`,
    [client, workspaceId, keySalt, await seal(client, 'client_secret', 2), newId('oauthClient')],
  );
  const authorization = newId('authorization');
  await superuser.query(
    `insert into "authorization" (id, workspace_id, kind, status, provider, reason, requested_by, key_salt, sealed)
     values ($1, $2, 'exchange_code', 'queued', 'sandbox', 'user', 'test', $3, $4),
       ($5, $2, 'exchange_code', 'succeeded', 'sandbox', 'user', 'test', $3, null)`,
    [authorization, workspaceId, keySalt, await seal(authorization, 'code', 0), newId('authorization')],
  );
  await superuser.query(
    `insert into authorization_state (state_hash, authorization_id, workspace_id, provider, browser_hash, key_salt, sealed, expires_at)
     values ($1, $2, $3, 'sandbox', $1, $4, $5, now() + interval '1 hour')`,
    [vault.newSalt(), authorization, workspaceId, keySalt, await seal(authorization, 'verifier', 0)],
  );
  await superuser.query(
    `insert into idempotency_key (workspace_id, actor_id, key, request_hash, status, key_salt, sealed)
     values ($1, 'bootstrap', 'a/key', $2, 201, $2, $3)`,
    [workspaceId, keySalt, await seal('bootstrap/a/key', 'answer', 0)],
  );
}
