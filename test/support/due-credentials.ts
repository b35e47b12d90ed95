import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealPayload } from '@latchkey/core/credentials';
import { db } from '@latchkey/core/db';
import { newId } from '@latchkey/core/ids.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';
import type { SandboxControl } from '@latchkey/sandbox';
import { writeLabProviders, type LabProvider } from './lab-providers.ts';

const provider: LabProvider = 'lab_strict';
const clientId = `sandbox-${provider}`;

/** Definitions of the lab providers; none of them asks us to slow down. */
export async function writeUnlimitedLabProviders(dir: string): Promise<void> {
  await writeLabProviders(dir);
  const path = join(dir, `${provider}.json`);
  const definition = JSON.parse(await readFile(path, 'utf8'));
  definition.authMethods[0].tokenRequestsPerSecond = 100_000;
  await writeFile(path, JSON.stringify(definition));
}

/** Fills a new workspace with connected accounts, each with a grant of its own, without the way to it. */
export async function connectMany(runtime: Runtime, control: SandboxControl, count: number): Promise<string> {
  const workspaceId = newId('workspace');
  const { em } = runtime.systemContext(workspaceId);
  await db(em).insertInto('workspace').values({ id: workspaceId, name: workspaceId }).execute();
  await runtime.vault.createDataKey(em, workspaceId);
  for (let from = 0; from < count; from += 100) {
    const numbers = Array.from({ length: Math.min(100, count - from) }, (_, index) => from + index);
    const rows = await Promise.all(numbers.map((n) => connected(runtime, control, workspaceId, n)));
    await db(em).insertInto('credential').values(rows).execute();
  }
  return workspaceId;
}

async function connected(runtime: Runtime, control: SandboxControl, workspaceId: string, n: number) {
  const { vault } = runtime;
  const { accessToken, refreshToken } = await control.issueGrant({
    provider,
    clientId,
    account: `account-${n}`,
  });
  const owner = { id: newId('credential'), workspaceId, tokenVersion: 1, keySalt: vault.newSalt() };
  const scopes = ['read'];
  const payload = { kind: 'oauth2', accessToken, refreshToken, tokenType: 'Bearer', scopes } as const;
  const expiresAt = new Date(Date.now() + 86_400_000);
  return {
    ...owner,
    sealed: await sealPayload({ vault }, owner, payload),
    grantFingerprint: vault.lookupHash('grant', refreshToken),
    grantId: newId('authorization'),
    provider,
    name: `Account ${n}`,
    authMethod: 'oauth2' as const,
    status: 'active' as const,
    health: 'ok' as const,
    isDefault: n === 0,
    scopes,
    clientMode: 'default' as const,
    clientId,
    clientParams: {},
    tokenLifetimeSeconds: 86_400,
    expiresAt,
    nextRefreshAt: expiresAt,
  };
}
