import type { GuardedFetch } from '../outbound/index.ts';
import { readAccount, requireOAuth2, type Account, type Provider } from '../providers/index.ts';
import type { Secret } from '../secret.ts';
import { accountWithout } from './account-without.ts';
import type { OAuthClient } from './oauth2.ts';
import { readJsonObject } from './read-json.ts';

export interface AccountRequest {
  readonly provider: Provider;
  readonly client: OAuthClient;
  readonly accessToken: Secret;
}

/** Who was connected, if the provider says. Best effort: a connection never fails for it. */
export async function fetchAccount(
  fetch: GuardedFetch,
  { provider, accessToken }: AccountRequest,
  signal?: AbortSignal,
): Promise<Account | null> {
  const { userinfo } = requireOAuth2(provider);
  if (userinfo === null) return null;
  try {
    const { method, url } = userinfo;
    const headers = {
      accept: 'application/json',
      ...userinfo.headers,
      authorization: `Bearer ${accessToken.reveal()}`,
    };
    const answer = await fetch({ method, url, headers }, provider.allowedHosts, signal);
    if (answer.status !== 200) return null;
    const account = readAccount(readJsonObject(answer.text), userinfo.account);
    return accountWithout(account, [accessToken.reveal()]);
  } catch {
    return null;
  }
}
