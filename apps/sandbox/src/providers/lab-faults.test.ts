import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../faults/fault.ts';
import { fingerprint } from '../fingerprint.ts';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { labFlow } from '../testing/lab-flow.ts';

let sandbox: Sandbox;
let lab: ReturnType<typeof labFlow>;
beforeEach(async () => {
  sandbox = await startSandbox();
  lab = labFlow(sandbox);
  await sandbox.control.updateSettings({ autoApprove: true });
});
afterEach(async () => sandbox.close());

describe('faults at the commit', () => {
  const onRefresh = async (effect: FaultEffect): Promise<void> => {
    await sandbox.control.addFault({ provider: 'lab_strict', endpoint: 'token.refresh', ...effect });
  };

  test('a delay that the caller does not wait for commits all the same', async () => {
    const { refreshToken, grantId } = await lab.issue('lab_strict');
    await onRefresh({ fault: 'delay', phase: 'before', ms: 2500 });
    const controller = new AbortController();
    const left = fetch(lab.at('lab_strict', 'token'), {
      method: 'POST',
      signal: controller.signal,
      body: new URLSearchParams({
        client_id: 'sandbox-lab_strict',
        client_secret: 'sandbox-lab_strict-secret',
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
      }),
    });
    await expect.poll(lab.lastRefresh, { timeout: 10_000 }).toMatchObject({ outcome: 'pending' });
    controller.abort();
    await expect(left).rejects.toThrow('aborted');
    expect(await lab.lastRefresh()).toMatchObject({ committed: false, outcome: 'pending' });
    const entry = await lab.endedRefresh();
    expect(entry).toMatchObject({
      grantId,
      presented: { kind: 'refresh_token', fingerprint: fingerprint(refreshToken) },
      issued: { accessToken: expect.any(String), refreshToken: expect.any(String) },
      committed: true,
      delivered: false,
      answeredAt: null,
      outcome: 'no_answer',
    });
    expect(await lab.grantOf(grantId)).toMatchObject({ liveRefreshTokens: [entry?.issued?.refreshToken] });
  }, 20_000);

  test.each<[FaultEffect, boolean]>([
    [{ fault: 'reset_before_commit' }, false],
    [{ fault: 'reset_after_commit' }, true],
    [{ fault: 'truncated_body' }, true],
    [{ fault: 'html' }, false],
    [{ fault: 'html', committed: true }, true],
    [{ fault: 'server_error' }, false],
    [{ fault: 'server_error', committed: true }, true],
    [{ fault: 'ok_with_error', committed: true }, true],
    [{ fault: 'rate_limited' }, false],
    [{ fault: 'invalid_grant' }, false],
    [{ fault: 'invalid_client' }, false],
    [{ fault: 'missing_refresh_token' }, true],
  ])('%o: the log and the grant agree on whether it happened', async (effect, committed) => {
    const { refreshToken, grantId } = await lab.issue('lab_strict');
    await onRefresh(effect);
    await lab
      .refresh('lab_strict', refreshToken)
      .then(async (response) => response.text())
      .catch(() => 'cut off');
    const entry = await lab.endedRefresh();
    expect(entry).toMatchObject({
      committed,
      grantId,
      presented: { fingerprint: fingerprint(refreshToken) },
      faults: [effect.fault],
    });
    const live = committed ? entry?.issued?.refreshToken : fingerprint(refreshToken);
    expect(live).toEqual(expect.any(String));
    expect(await lab.grantOf(grantId)).toMatchObject({ revokedAt: null, liveRefreshTokens: [live] });
    expect((await lab.refresh('lab_strict', refreshToken)).status).toBe(committed ? 400 : 200);
  });
});
