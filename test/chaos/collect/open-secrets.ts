import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPayloadOf } from '@latchkey/core/credentials';
import { openOrm } from '@latchkey/core/db';
import { openJournalEntry } from '@latchkey/core/refresh/journal-entry.ts';
import { localKeyring, openVault, type Vault } from '@latchkey/core/vault';
import { fingerprint } from '@latchkey/sandbox';
import type { JournalEntry } from '../history.ts';
import type { World } from '../world/world.ts';
import { bytes, number, text, type Change, type Row } from './read-changes.ts';

export interface Secrets {
  /** The provider's fingerprint of a refresh token, by the keyed one in our tables. */
  readonly tokens: ReadonlyMap<string, string>;
  readonly journal: readonly JournalEntry[];
}

/** Opens what was sealed with the deployment's own keys: only so can our tables be compared with the provider's log. */
export async function openSecrets(
  { dataDir, postgres }: Pick<World, 'dataDir' | 'postgres'>,
  changes: readonly Change[],
): Promise<Secrets> {
  const orm = await openOrm({ databaseUrl: postgres.url, poolSize: 2 });
  try {
    const keys = localKeyring(readFileSync(join(dataDir, 'root-keys'), 'utf8').trim());
    const vault = await openVault({ orm, keys, log: { info: () => undefined, error: () => undefined } });
    const journal = await Promise.all(inserted(changes, 'token_journal').map((row) => openEntry(vault, row)));
    const tokens = new Map<string, string>();
    for (const row of versionsOf(changes)) {
      const { refreshToken, accessToken } = await openPayloadOf({ vault }, 'oauth2', {
        ...place(row),
        id: text(row, 'id'),
      });
      tokens.set(text(row, 'grant_fingerprint'), fingerprint(refreshToken ?? accessToken));
    }
    for (const { keyed, entry } of journal)
      if (entry.refreshToken !== null) tokens.set(keyed, entry.refreshToken);
    return { tokens, journal: journal.map(({ entry }) => entry) };
  } finally {
    await orm.close();
  }
}

function inserted(changes: readonly Change[], source: string): Row[] {
  return changes.flatMap((change) =>
    change.source === source && change.before === null && change.after !== null ? [change.after] : [],
  );
}

/** One row per secret that a credential ever had. */
function versionsOf(changes: readonly Change[]): Row[] {
  const rows = changes.flatMap(({ source, after }) =>
    source === 'credential' && after !== null ? [after] : [],
  );
  return [...new Map(rows.map((row) => [text(row, 'sealed'), row])).values()];
}

function place(row: Row) {
  return {
    workspaceId: text(row, 'workspace_id'),
    tokenVersion: number(row, 'token_version'),
    keySalt: bytes(row, 'key_salt'),
    sealed: bytes(row, 'sealed'),
  };
}

async function openEntry(vault: Vault, row: Row) {
  const { payload } = await openJournalEntry({ vault }, { ...place(row), id: text(row, 'id') });
  if (payload.kind !== 'oauth2') throw new Error('the journal holds something else than tokens');
  const entry: JournalEntry = {
    credentialId: text(row, 'credential_id'),
    attemptId: text(row, 'attempt_id'),
    accessToken: fingerprint(payload.accessToken),
    refreshToken: payload.refreshToken === null ? null : fingerprint(payload.refreshToken),
  };
  return { entry, keyed: text(row, 'grant_fingerprint') };
}
