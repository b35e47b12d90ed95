import { openPayloadOf } from '@latchkey/core/credentials';
import { acrossWorkspaces, db } from '@latchkey/core/db';
import type { Runtime } from '@latchkey/core/runtime.ts';
import { fingerprint, type SandboxControl } from '@latchkey/sandbox';

interface Writes {
  /** Tokens that the provider issued for a refresh. */
  readonly refreshes: number;
  /** Credentials that do not hold the last token of their grant, or whose version is not one per refresh. */
  readonly lost: number;
  readonly unreadable: number;
}

const pageSize = 1000;

/** Compares what every credential holds with what the provider issued last. */
export async function lostWrites(runtime: Runtime, control: SandboxControl): Promise<Writes> {
  const log = (await control.log({ endpoint: 'token.refresh' })).filter(({ issued }) => issued !== null);
  const grantOf = new Map(log.map(({ issued, grantId }) => [issued?.accessToken ?? '', grantId]));
  const last = new Map(log.map(({ issued, grantId }) => [grantId, issued?.accessToken]));
  const refreshes = new Map<string | null, number>();
  for (const { grantId } of log) refreshes.set(grantId, (refreshes.get(grantId) ?? 0) + 1);
  const untouched = new Set(last.keys());
  let [lost, unreadable] = [0, 0];
  for (let after = ''; ;) {
    const rows = await db(acrossWorkspaces(runtime.orm.em))
      .selectFrom('credential')
      .select(['id', 'workspaceId', 'tokenVersion', 'keySalt', 'sealed'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    for (const row of rows) {
      const payload = await openPayloadOf(runtime, 'oauth2', row).catch(() => null);
      if (payload === null) unreadable += 1;
      else if (row.tokenVersion > 1) {
        const held = fingerprint(payload.accessToken);
        const grantId = grantOf.get(held) ?? null;
        untouched.delete(grantId);
        if (last.get(grantId) !== held || refreshes.get(grantId) !== row.tokenVersion - 1) lost += 1;
      }
    }
    if (rows.length < pageSize) break;
    after = rows.at(-1)?.id ?? after;
  }
  // Grants that the provider has moved on, and no credential.
  return { refreshes: log.length, lost: lost + untouched.size, unreadable };
}
