import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, providerLog } from '../../support/flows.ts';
import { credentialOf, forget, leaseOf, refreshNow } from '../../support/provider-checks.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

const provider = 'onedrive';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.close());

beforeEach(() => forget(stack, provider));

/** The token endpoint refuses the next refresh in these words. */
function refuseRefresh(error: string, description: string) {
  return stack.sandbox.control.addFault({
    provider,
    endpoint: 'token.refresh',
    fault: 'ok_with_error',
    error,
    description,
  });
}

describe(`refusals of Microsoft (${transport})`, () => {
  it.each([
    ['invalid_grant', 'AADSTS700082: expired due to inactivity', 'grant_revoked', 'not used for too long'],
    ['interaction_required', 'AADSTS50076: use multi-factor authentication', 'grant_revoked', 'multi-factor'],
    [
      'consent_required',
      'AADSTS65001: has not consented',
      'admin_consent_required',
      'Ask your administrator',
    ],
  ])(
    'B21: %s (%s) ends in reauthorization_required with help for the person, after one call',
    async (error, description, code, help) => {
      const { credential } = await connect(stack, { provider });
      await refuseRefresh(error, description);
      expect(await refreshNow(stack, credential.id)).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: { code, retryable: false, message: expect.stringContaining(help) },
      });
      expect(await credentialOf(stack, credential.id)).toMatchObject({
        status: 'reauthorization_required',
        lastError: { code },
        nextRefreshAt: null,
      });
      expect(await leaseOf(stack, credential)).toMatchObject({
        status: 409,
        body: {
          code: 'reauthorization_required',
          connectUrl: expect.stringContaining(credential.id),
          reason: code,
        },
      });
      expect(await providerLog(stack, provider, 'token.refresh')).toHaveLength(1);
    },
  );

  it('B21: refusals that Microsoft calls transient are tried again, whatever their error says', async () => {
    const { credential } = await connect(stack, { provider });
    await refuseRefresh('invalid_grant', 'AADSTS90033: A transient error has occurred. Please try again.');
    expect(await refreshNow(stack, credential.id)).toMatchObject({
      status: 'succeeded',
      attempts: 2,
      error: null,
    });
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'active',
      health: 'ok',
      lastError: null,
    });
  });

  it('a wrong client secret is an administrator’s, with the help for its number', async () => {
    const { credential } = await connect(stack, { provider });
    await refuseRefresh('invalid_client', 'AADSTS7000222: The provided client secret keys are expired.');
    expect(await refreshNow(stack, credential.id)).toMatchObject({
      status: 'failed',
      error: {
        code: 'client_misconfigured',
        actor: 'admin',
        message: expect.stringContaining('client secret has expired'),
      },
    });
    expect(await credentialOf(stack, credential.id)).toMatchObject({
      status: 'active',
      health: 'refresh_failing',
    });
    expect((await leaseOf(stack, credential)).status).toBe(200);
  });
});
