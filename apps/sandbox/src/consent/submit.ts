import type { Answer, ProviderRequest } from '../endpoint.ts';
import { findAccount } from '../state/accounts.ts';
import type { World } from '../world.ts';
import { renderErrorPage } from './page.ts';

/** Answers the consent form: `account`, `decision=allow|deny`, and with `granular` the ticked `scope`s. */
export async function submitConsent(request: ProviderRequest, world: World): Promise<Answer> {
  const form = new URLSearchParams(request.body);
  const account = findAccount(form.get('account') ?? world.settings.account);
  const decision = form.get('decision');
  if (account === undefined || (decision !== 'allow' && decision !== 'deny')) {
    return { status: 400, body: renderErrorPage('Not understood', 'Choose an account, then allow or deny.') };
  }
  const pending = world.consents.take(request.params['ticket']);
  if (pending === undefined) {
    return {
      status: 410,
      body: renderErrorPage('Already answered', 'This page was used before. Start again.'),
    };
  }
  if (decision === 'deny') return pending.finish({ allow: false });
  const scopes = form.has('granular')
    ? pending.scopes.filter((scope) => form.getAll('scope').includes(scope))
    : pending.scopes;
  return pending.finish({ allow: true, account, scopes });
}
