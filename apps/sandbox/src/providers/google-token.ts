import type { Answer, ProviderRequest } from '../endpoint.ts';
import { formFields } from '../http/fields.ts';
import type { Fields } from '../http/fields.ts';
import { checkClient } from '../oauth/check-client.ts';
import { checkCode } from '../oauth/check-code.ts';
import type { CodeProblem } from '../oauth/check-code.ts';
import type { Client } from '../state/clients.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { googleErrors } from './google-errors.ts';

const codeProblems: Readonly<Record<CodeProblem, readonly [string, string]>> = {
  code: ['invalid_grant', 'Malformed auth code.'],
  redirect_uri: ['redirect_uri_mismatch', 'Bad Request'],
  verifier_missing: ['invalid_grant', 'Missing code verifier.'],
  verifier: ['invalid_grant', 'Invalid code verifier.'],
};

/** A form with the client in the body. A refresh leaves the refresh token as it is and does not repeat it. */
export function googleToken(request: ProviderRequest, world: World): Answer {
  const form = formFields(request);
  if (form === null) return googleErrors.oauth('invalid_request', 'Missing required parameter: grant_type');
  const client = checkClient(world, 'google_drive', request, { body: form });
  if (client === undefined) return googleErrors.oauth('invalid_client', 'The OAuth client was not found.');
  if (form['grant_type'] === 'authorization_code') return exchange(form, client, world);
  if (form['grant_type'] === 'refresh_token') return refresh(form, client, world);
  return googleErrors.oauth('unsupported_grant_type', `Invalid grant_type: ${form['grant_type'] ?? ''}`);
}

function exchange(form: Fields, client: Client, world: World): Answer {
  const result = checkCode(world, 'google_drive', client, {
    code: form['code'],
    redirectUri: form['redirect_uri'],
    verifier: form['code_verifier'],
  });
  if ('problem' in result) return googleErrors.oauth(...codeProblems[result.problem]);
  const { grant, offline } = result.code;
  const refreshToken = offline
    ? { refresh_token: world.tokens.issueRefreshToken('1//', { grant, tenant: null }) }
    : {};
  return { status: 200, committed: true, body: { ...accessToken(grant, world), ...refreshToken } };
}

function refresh(form: Fields, client: Client, world: World): Answer {
  const token = world.tokens.findRefreshToken('google_drive', form['refresh_token']);
  if (token === undefined || token.grant.clientId !== client.clientId) {
    return googleErrors.oauth('invalid_grant', 'Token has been expired or revoked.');
  }
  return { status: 200, committed: true, body: accessToken(token.grant, world) };
}

function accessToken(grant: Grant, world: World): Record<string, unknown> {
  const seconds = world.settings.accessTokenTtlSeconds.google_drive;
  return {
    access_token: world.tokens.issueAccessToken('ya29.', grant, seconds),
    expires_in: seconds,
    scope: grant.scopes.join(' '),
    token_type: 'Bearer',
  };
}
