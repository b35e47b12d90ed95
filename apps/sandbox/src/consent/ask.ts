import type { Answer } from '../endpoint.ts';
import { accounts, findAccount } from '../state/accounts.ts';
import type { World } from '../world.ts';
import type { PendingConsent } from './consents.ts';
import { renderConsentPage } from './page.ts';

/** Shows the consent page, or decides at once where the settings say so. */
export function askForConsent(
  world: World,
  pending: PendingConsent,
  loginHint: string | null,
): Answer | Promise<Answer> {
  const { autoApprove, account: defaultAccount } = world.settings;
  const account = findAccount(loginHint) ?? findAccount(defaultAccount);
  if (autoApprove === 'deny') return pending.finish({ allow: false });
  if (autoApprove && account) return pending.finish({ allow: true, account, scopes: pending.scopes });
  const ticket = world.consents.open(pending);
  return {
    status: 200,
    body: renderConsentPage({
      title:
        pending.provider === 'sandbox'
          ? 'Sign in to the sandbox'
          : `Sign in to ${pending.provider} (sandbox)`,
      clientId: pending.clientId,
      scopes: pending.scopes,
      granular: pending.granular,
      accounts,
      chosen: account?.id ?? 'ada',
      action: `${world.url}/consent/${ticket}`,
    }),
  };
}
