import { z } from 'zod';
import { askForConsent } from '../consent/ask.ts';
import type { Decision } from '../consent/consents.ts';
import type { Answer, ProviderRequest } from '../endpoint.ts';
import type { World } from '../world.ts';
import { interactionPath } from './create-provider.ts';
import type { CookieJar, OidcServer } from './dispatch.ts';

const settledSchema = z.object({ returnTo: z.string() });

/**
 * An authorization request up to the redirect back. The cookies that the OAuth server sets stay here, so a
 * browser sees one page and one redirect, and a program needs no cookie jar.
 */
export async function authorizeAtOidc(
  oidc: OidcServer,
  request: ProviderRequest,
  world: World,
): Promise<Answer> {
  const jar: CookieJar = new Map();
  const target = `/auth?${request.query.toString()}`;
  const first = await oidc.dispatch({ method: 'GET', headers: request.headers, body: '', target }, jar);
  const interaction = interactionTarget(first);
  if (interaction === null) return first;

  const finish = async (decision: Decision): Promise<Answer> => {
    const result = decision.allow
      ? { accountId: decision.account.id, scopes: decision.scopes }
      : { accountId: null, scopes: [] };
    const headers = { 'x-decision': JSON.stringify(result) };
    const settled = await oidc.dispatch({ method: 'POST', headers, body: '', target: interaction }, jar);
    const { pathname, search } = new URL(settledSchema.parse(settled.body).returnTo);
    const resume = `${pathname.replace(/^.*?\/oidc\//, '/')}${search}`;
    const last = await oidc.dispatch({ method: 'GET', headers: {}, body: '', target: resume }, jar);
    return { ...last, committed: decision.allow && last.status < 400 };
  };
  const scopes = (request.query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const clientId = request.query.get('client_id') ?? '';
  return askForConsent(
    world,
    { provider: 'sandbox', clientId, scopes, granular: false, finish },
    request.query.get('login_hint'),
  );
}

function interactionTarget(answer: Answer): string | null {
  const location = answer.headers?.['location'] ?? '';
  return location.startsWith(interactionPath) ? location : null;
}
