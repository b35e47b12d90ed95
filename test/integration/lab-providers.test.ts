import { fingerprint } from '@latchkey/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, providerLog } from '../support/flows.ts';
import { labProviders } from '../support/lab-providers.ts';
import { startLabStack } from '../support/lab-stack.ts';
import { leaseOf, presentedIn, refreshNow, removeNow } from '../support/provider-checks.ts';
import { transport, type Stack } from '../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startLabStack();
});

afterAll(() => stack.close());

describe(`lab providers (${transport})`, () => {
  it.each(labProviders)(
    '%s: connected, leased, refreshed twice in a chain, revoked on delete',
    async (provider) => {
      const { credential } = await connect(stack, { provider });
      expect(credential).toMatchObject({
        provider,
        status: 'active',
        account: { id: 'lab-ada', name: 'Ada Lovelace' },
      });
      const before = await leaseOf(stack, credential);
      expect(before).toMatchObject({ status: 200, body: { type: 'oauth2', scopes: ['read'] } });
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });

      const [exchange] = await providerLog(stack, provider, 'token.code');
      const refreshes = await providerLog(stack, provider, 'token.refresh');
      const first = exchange?.issued?.refreshToken;
      expect(first).toEqual(expect.any(String));
      const second = provider === 'lab_none' ? first : refreshes[0]?.issued?.refreshToken;
      expect(presentedIn(refreshes)).toEqual([first, second]);
      expect(new Set(refreshes.map(({ grantId }) => grantId))).toEqual(new Set([exchange?.grantId]));
      const after = await leaseOf(stack, credential);
      expect(fingerprint(after.body.accessToken)).toBe(refreshes[1]?.issued?.accessToken);

      expect(await removeNow(stack, credential.id)).toMatchObject({ status: 'succeeded', error: null });
      const [grant] = await stack.sandbox.control.grants({ provider });
      expect(grant).toMatchObject({ liveRefreshTokens: [], liveAccessTokens: [] });
    },
  );

  it.each([
    ['lab_none', [200, 200]],
    ['lab_rolling', [200, 200]],
    ['lab_grace', [200, 200]],
    ['lab_strict', [200, 400]],
  ] as const)('%s: a refresh token used twice is answered with %j', async (provider, statuses) => {
    const { sandbox } = stack;
    const client = { client_id: `sandbox-${provider}`, client_secret: `sandbox-${provider}-secret` };
    const grant = await sandbox.control.issueGrant({ provider, clientId: client.client_id, account: 'alan' });
    const use = async () =>
      fetch(`${sandbox.url}/lab/${provider.slice('lab_'.length)}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          ...client,
          grant_type: 'refresh_token',
          refresh_token: grant.refreshToken,
        }),
      });
    expect([(await use()).status, (await use()).status]).toEqual(statuses);
    const [after] = await sandbox.control.grants({ grantId: grant.grantId });
    expect(after?.revokedAt === null).toBe(statuses[1] === 200);
  });

  it.each(['lab_none', 'lab_rolling', 'lab_grace'] as const)(
    '%s: a lost answer is made up for by the same token once more',
    async (provider) => {
      const { credential } = await connect(stack, { provider });
      await stack.sandbox.control.clearLog();
      await stack.sandbox.control.addFault({
        provider,
        endpoint: 'token.refresh',
        fault: 'reset_after_commit',
      });
      expect(await refreshNow(stack, credential.id)).toMatchObject({ status: 'succeeded' });
      const [lost, second] = await providerLog(stack, provider, 'token.refresh');
      expect(lost).toMatchObject({ committed: true, delivered: false });
      expect(second).toMatchObject({ committed: true, delivered: true, presented: lost?.presented });
      const lease = await leaseOf(stack, credential);
      expect(fingerprint(lease.body.accessToken)).toBe(second?.issued?.accessToken);
      await removeNow(stack, credential.id);
    },
  );
});
