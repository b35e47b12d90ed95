import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fingerprint } from '../fingerprint.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { pairOf } from '../testing/browser.ts';
import { labFlow } from '../testing/lab-flow.ts';

let sandbox: Sandbox;
let lab: ReturnType<typeof labFlow>;
beforeEach(async () => {
  sandbox = await startSandbox();
  lab = labFlow(sandbox);
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterEach(async () => {
  vi.useRealTimers();
  await sandbox.close();
});

describe('a refresh token that was used', () => {
  test('none: it stays the only one and is not repeated', async () => {
    const { refreshToken, grantId } = await lab.issue('lab_none');
    expect(await lab.refreshed('lab_none', refreshToken)).not.toHaveProperty('refresh_token');
    expect((await lab.refresh('lab_none', refreshToken)).status).toBe(200);
    expect(await lab.lastRefresh()).toMatchObject({
      issued: { refreshToken: null },
      committed: true,
      grantId,
    });
    expect(await lab.grantOf(grantId)).toMatchObject({ liveRefreshTokens: [fingerprint(refreshToken)] });
  });

  test('rolling: every one that was ever issued works', async () => {
    const { refreshToken, grantId } = await lab.issue('lab_rolling');
    const second = pairOf(await lab.refreshed('lab_rolling', refreshToken));
    const third = pairOf(await lab.refreshed('lab_rolling', second.refreshToken));
    const values = [refreshToken, second.refreshToken, third.refreshToken];
    expect(new Set(values).size).toBe(3);
    for (const value of values) expect((await lab.refresh('lab_rolling', value)).status).toBe(200);
    expect(await lab.grantOf(grantId)).toMatchObject({ revokedAt: null });
  });

  test('grace: within its time it gives another pair, and both branches work', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { refreshToken } = await lab.issue('lab_grace');
    const left = pairOf(await lab.refreshed('lab_grace', refreshToken));
    vi.setSystemTime(Date.now() + 119_000);
    const right = pairOf(await lab.refreshed('lab_grace', refreshToken));
    expect(right.refreshToken).not.toBe(left.refreshToken);
    for (const { refreshToken: value } of [left, right]) {
      expect((await lab.refresh('lab_grace', value)).status).toBe(200);
    }
  });

  test('grace: the time runs from the first use, and afterwards a use ends the grant', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { refreshToken, grantId } = await lab.issue('lab_grace');
    await lab.refresh('lab_grace', refreshToken);
    vi.setSystemTime(Date.now() + 60_000);
    const { refreshToken: newest } = pairOf(await lab.refreshed('lab_grace', refreshToken));
    vi.setSystemTime(Date.now() + 60_000);
    expect((await lab.grantOf(grantId))?.liveRefreshTokens).not.toContain(fingerprint(refreshToken));
    expect(await lab.refreshed('lab_grace', refreshToken)).toMatchObject({ error: 'invalid_grant' });
    expect(await lab.refreshed('lab_grace', newest)).toMatchObject({ error: 'invalid_grant' });
    expect(await lab.grantOf(grantId)).toMatchObject({
      revokedAt: expect.any(String),
      liveRefreshTokens: [],
      liveAccessTokens: [],
    });
  });

  test('grace: a setting of 0 ends the grace of tokens that are in it', async () => {
    const { refreshToken } = await lab.issue('lab_grace');
    await lab.refresh('lab_grace', refreshToken);
    await sandbox.control.updateSettings({ labGraceSeconds: 0 });
    expect(await lab.refreshed('lab_grace', refreshToken)).toMatchObject({ error: 'invalid_grant' });
  });

  test('strict: it ends the grant, the newest pair included', async () => {
    const { refreshToken, grantId } = await lab.issue('lab_strict');
    const newest = pairOf(await lab.refreshed('lab_strict', refreshToken));
    expect((await lab.me('lab_strict', newest.accessToken)).status).toBe(200);
    expect(await lab.refreshed('lab_strict', refreshToken)).toMatchObject({ error: 'invalid_grant' });
    expect(await lab.lastRefresh()).toMatchObject({ committed: false, issued: null, grantId });
    expect((await lab.me('lab_strict', newest.accessToken)).status).toBe(401);
    expect(await lab.refreshed('lab_strict', newest.refreshToken)).toMatchObject({ error: 'invalid_grant' });
  });

  test('strict: of two in flight the one that commits first wins, and the second ends the grant', async () => {
    const { refreshToken, grantId } = await lab.issue('lab_strict');
    const target = { provider: 'lab_strict', endpoint: 'token.refresh' } as const;
    await sandbox.control.addFault({ ...target, fault: 'delay', ms: 2500 });
    const slow = lab.refresh('lab_strict', refreshToken);
    const arrived = async (): Promise<number> => (await sandbox.control.log(target)).length;
    await expect.poll(arrived, { timeout: 10_000 }).toBe(1);
    expect((await lab.refresh('lab_strict', refreshToken)).status).toBe(200);
    expect((await slow).status).toBe(400);
    expect(await lab.grantOf(grantId)).toMatchObject({ revokedAt: expect.any(String) });
  }, 20_000);
});
