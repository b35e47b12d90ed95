import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { labProviderIdSchema } from '../provider-ids.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { visit } from '../testing/browser.ts';
import { labFlow } from '../testing/lab-flow.ts';

let sandbox: Sandbox;
let lab: ReturnType<typeof labFlow>;
beforeEach(async () => {
  sandbox = await startSandbox();
  lab = labFlow(sandbox);
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterEach(async () => sandbox.close());

describe('a shared grant', () => {
  beforeEach(async () => {
    await sandbox.control.updateSettings({ labSharesGrant: true });
  });

  test.each(labProviderIdSchema.options)(
    '%s: the second connection gets the pair as it is now, and no new token',
    async (provider) => {
      const first = await lab.connect(provider);
      const next = await lab.refreshed(provider, first.refreshToken);
      const current = {
        accessToken: next['access_token'],
        refreshToken: next['refresh_token'] ?? first.refreshToken,
      };
      expect(await lab.connect(provider)).toEqual(current);
      const grants = await sandbox.control.grants({ provider });
      expect(grants).toHaveLength(1);
      expect(grants[0]?.liveAccessTokens).toHaveLength(2);
      const entries = await sandbox.control.log({ provider });
      expect(new Set(entries.map(({ grantId }) => grantId))).toEqual(new Set([grants[0]?.grantId]));
    },
  );

  test('another account has a grant of its own, and so has a connection after the end', async () => {
    await lab.connect('lab_strict');
    await visit(lab.authorizationUrl('lab_strict', { login_hint: 'alan' }));
    await sandbox.control.revokeGrants({ provider: 'lab_strict' });
    await lab.connect('lab_strict');
    const accounts = (await sandbox.control.grants({ provider: 'lab_strict' })).map(
      ({ accountId }) => accountId,
    );
    expect(accounts).toEqual(['ada', 'alan', 'ada']);
  });

  test('when no access token is alive there is a new one beside the same refresh token', async () => {
    const first = await lab.connect('lab_strict');
    await sandbox.control.expireAccessTokens({ provider: 'lab_strict' });
    const second = await lab.connect('lab_strict');
    expect(second.refreshToken).toBe(first.refreshToken);
    expect((await lab.me('lab_strict', first.accessToken)).status).toBe(401);
    expect((await lab.me('lab_strict', second.accessToken)).status).toBe(200);
  });
});
