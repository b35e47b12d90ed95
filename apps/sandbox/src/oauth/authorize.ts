import { askForConsent } from '../consent/ask.ts';
import type { Decision } from '../consent/consents.ts';
import { renderErrorPage } from '../consent/page.ts';
import type { Answer, ProviderRequest } from '../endpoint.ts';
import type { ProviderId } from '../provider-ids.ts';
import type { Account } from '../state/accounts.ts';
import { redirectUriIsAllowed } from '../state/clients.ts';
import type { Client } from '../state/clients.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';

/** How one provider's authorization endpoint differs from another's. */
export interface AuthorizeRules {
  provider: ProviderId;
  /** The scopes can be unticked one by one. */
  granular?: boolean;
  usesPkce: boolean;
  /** Why the request is refused beyond what OAuth itself asks for; null when it is fine. */
  problem?(request: ProviderRequest): string | null;
  /** Whether a refresh token will come with the access token. */
  isOffline(query: URLSearchParams): boolean;
  /** The grant that a further consent is part of; undefined: each consent is a grant of its own. */
  standingGrant?(client: Client, account: Account): Grant | undefined;
}

/** RFC 6749 section 4.1.1: a bad client or redirect URI ends on a page, everything else goes back by redirect. */
export function authorize(
  rules: AuthorizeRules,
  request: ProviderRequest,
  world: World,
): Answer | Promise<Answer> {
  const { query } = request;
  const client = world.clients.find(rules.provider, query.get('client_id'));
  const redirectUri = query.get('redirect_uri') ?? '';
  if (client === undefined) return refusal('The client_id is unknown.');
  if (!redirectUriIsAllowed(client, redirectUri))
    return refusal('The redirect_uri is not registered for this client.');
  const problem = rules.problem?.(request) ?? null;
  if (problem !== null) return refusal(problem);

  const state = query.get('state');
  if (query.get('response_type') !== 'code')
    return back(redirectUri, { error: 'unsupported_response_type', state });
  const challenge = rules.usesPkce ? query.get('code_challenge') : null;
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') {
    return back(redirectUri, { error: 'invalid_request', state });
  }

  const finish = (decision: Decision): Answer => {
    if (!decision.allow) return back(redirectUri, { error: 'access_denied', state });
    const { account, scopes: granted } = decision;
    const grant =
      rules.standingGrant?.(client, account) ??
      world.tokens.createGrant({
        provider: rules.provider,
        clientId: client.clientId,
        accountId: account.id,
        scopes: granted,
      });
    const tenant = request.params['tenant'] ?? null;
    const code = world.tokens.issueCode({
      grant,
      redirectUri,
      challenge,
      offline: rules.isOffline(query),
      tenant,
    });
    return { ...back(redirectUri, { code, state }), committed: true };
  };
  const scopes = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const pending = {
    provider: rules.provider,
    clientId: client.clientId,
    scopes,
    granular: rules.granular ?? false,
    finish,
  };
  return askForConsent(world, pending, query.get('login_hint'));
}

function refusal(message: string): Answer {
  return { status: 400, body: renderErrorPage('Request refused', message) };
}

function back(redirectUri: string, parameters: Record<string, string | null>): Answer {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null) location.searchParams.set(name, value);
  }
  return { status: 302, headers: { location: location.href }, body: '' };
}
