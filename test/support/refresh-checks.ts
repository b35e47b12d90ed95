import { expect } from 'vitest';
import type { Connection } from './refreshes.ts';

/** The access token that a lease gives now works at the provider. */
export async function expectLiveLease(connection: Connection): Promise<void> {
  const token = await connection.leased();
  expect((await connection.grant())?.liveAccessTokens).toContain(token);
}

/** Success by a second presentation of the same token. */
export async function expectRecovered(connection: Connection): Promise<void> {
  const attempts = await connection.attemptRows();
  expect(attempts.slice(0, 2)).toMatchObject([
    { state: 'unknown', takeover: false, token_version: 1 },
    { state: 'succeeded', takeover: true, token_version: 1, provider_status: 200 },
  ]);
  expect((await connection.row()).token_version).toBeGreaterThanOrEqual(2);
  expect((await connection.facts('refreshed'))[0]).toMatchObject({
    outcome: 'succeeded',
    takeover: true,
    source: 'answer',
    providerStatus: 200,
  });
  await expectLiveLease(connection);
}
