import type { LogEntry } from '@latchkey/sandbox';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { finish } from './flows.ts';
import type { Answer } from './client.ts';
import type { Stack } from './stack.ts';

type ProviderId = LogEntry['provider'];

/** What a run does: asks for this credential. */
export async function leaseOf(
  stack: Stack,
  credential: { id: string; provider: string },
  minTtlSeconds = 60,
): Promise<Answer> {
  const { id: credentialId, provider } = credential;
  return stack.admin.post('/v1/leases', { provider, credentialId, minTtlSeconds, waitSeconds: 20 });
}

/** The credential as it stands now. */
export async function credentialOf(stack: Stack, id: string): Promise<Answer['body']> {
  return (await stack.admin.get(`/v1/credentials/${id}`)).body;
}

/** Asks for a refresh and waits for its end. */
export async function refreshNow(stack: Stack, id: string, seconds = 30): Promise<Answer['body']> {
  const queued = await stack.admin.post(`/v1/credentials/${id}/refresh`);
  expect(queued).toMatchObject({ status: 202 });
  return finish(stack.admin, queued.body.authorization.id, seconds);
}

/** Deletes a credential, whoever leased it, and waits for the end of the revocation. */
export async function removeNow(stack: Stack, id: string, seconds = 30): Promise<Answer['body']> {
  const queued = await stack.admin.delete(`/v1/credentials/${id}?force=true`);
  expect(queued).toMatchObject({ status: 202 });
  const authorization = await finish(stack.admin, queued.body.authorization.id, seconds);
  expect((await stack.admin.get(`/v1/credentials/${id}`)).status).toBe(404);
  return authorization;
}

/** No credential and no grant of this provider is left: what one test connects is not in another one's way. */
export async function forget(stack: Stack, provider: ProviderId): Promise<void> {
  const { body } = await stack.admin.get(`/v1/credentials?provider=${provider}&limit=100`);
  for (const { id } of body.items) await removeNow(stack, id);
  await stack.sandbox.control.revokeGrants({ provider });
  await stack.sandbox.control.clearFaults();
  await stack.sandbox.control.clearLog();
}

/** Grants that still work at the provider. */
export async function liveGrants(stack: Stack, provider: ProviderId) {
  return (await stack.sandbox.control.grants({ provider })).filter(({ revokedAt }) => revokedAt === null);
}

/** Waits until an authorization was tried and is to be tried again for this reason. */
export async function untilRetrying(
  stack: Stack,
  authorizationId: string,
  code: string,
): Promise<Answer['body']> {
  return eventually(
    async () => {
      const { body } = await stack.admin.get(`/v1/authorizations/${authorizationId}`);
      return body.status === 'queued' && body.error?.code === code ? body : null;
    },
    { describe: `the authorization waits for its next attempt because of ${code}`, timeoutMs: 20_000 },
  );
}

/** Milliseconds between the arrivals of two requests at the provider. */
export function arrivedApart(first: LogEntry | undefined, second: LogEntry | undefined): number {
  return Date.parse(second?.arrivedAt ?? '') - Date.parse(first?.arrivedAt ?? '');
}

/** The fingerprints of what was presented, in order of arrival. */
export function presentedIn(entries: readonly LogEntry[]): (string | undefined)[] {
  return entries.map(({ presented }) => presented?.fingerprint);
}
