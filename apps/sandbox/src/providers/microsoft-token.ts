import type { Answer, ProviderRequest } from '../endpoint.ts';
import { formFields } from '../http/fields.ts';
import type { Fields } from '../http/fields.ts';
import { checkClient } from '../oauth/check-client.ts';
import { checkCode } from '../oauth/check-code.ts';
import type { CodeProblem } from '../oauth/check-code.ts';
import type { Client } from '../state/clients.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { entraError } from './microsoft-errors.ts';

const codeProblems: Readonly<Record<CodeProblem, readonly [string, number, string]>> = {
  code: ['invalid_grant', 70_008, 'The provided authorization code or refresh token has expired.'],
  redirect_uri: [
    'invalid_client',
    500_112,
    'The reply address does not match the one of the authorization code.',
  ],
  verifier_missing: ['invalid_grant', 50_148, 'The code_verifier is missing.'],
  verifier: ['invalid_grant', 501_481, 'The Code_Verifier does not match the code_challenge.'],
};

/** A form with the client in the body and `scope` again. Refreshing adds a token; the old one goes on working. */
export function microsoftToken(request: ProviderRequest, world: World): Answer {
  const tenant = request.params['tenant'];
  const form = formFields(request);
  if (form === null) return missing('grant_type');
  const client = checkClient(world, 'onedrive', request, { body: form });
  if (client === undefined) return entraError('invalid_client', 7_000_215, 'Invalid client secret provided.');
  if (!form['scope']) return missing('scope');
  if (form['grant_type'] === 'authorization_code') return exchange(form, client, tenant, world);
  if (form['grant_type'] === 'refresh_token') return refresh(form, client, tenant, world);
  return entraError('unsupported_grant_type', 70_003, 'The app requested an unsupported grant type.');
}

function exchange(form: Fields, client: Client, tenant: string | undefined, world: World): Answer {
  const result = checkCode(world, 'onedrive', client, {
    code: form['code'],
    redirectUri: form['redirect_uri'],
    verifier: form['code_verifier'],
    tenant,
  });
  if ('problem' in result) return entraError(...codeProblems[result.problem]);
  const { grant, offline } = result.code;
  const refreshToken = offline
    ? { refresh_token: world.tokens.issueRefreshToken('0.A', { grant, tenant: result.code.tenant }) }
    : {};
  return { status: 200, committed: true, body: { ...accessToken(grant, world), ...refreshToken } };
}

function refresh(form: Fields, client: Client, tenant: string | undefined, world: World): Answer {
  const presented = form['refresh_token'];
  const token = world.tokens.findRefreshToken('onedrive', presented);
  const isUsable = token?.grant.clientId === client.clientId && token.tenant === tenant;
  if (presented === undefined || token === undefined || !isUsable) {
    return entraError(
      'invalid_grant',
      700_082,
      'The refresh token has expired due to inactivity or was revoked.',
    );
  }
  const { grant } = token;
  const successor = world.tokens.issueRefreshToken('0.A', {
    grant,
    tenant: token.tenant,
    predecessor: presented,
  });
  return { status: 200, committed: true, body: { ...accessToken(grant, world), refresh_token: successor } };
}

function accessToken(grant: Grant, world: World): Record<string, unknown> {
  const seconds = world.settings.accessTokenTtlSeconds.onedrive;
  return {
    token_type: 'Bearer',
    // offline_access is never listed in the answer: the refresh token is the answer to it.
    scope: grant.scopes.filter((scope) => scope !== 'offline_access').join(' '),
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: world.tokens.issueAccessToken('eyJ0', grant, seconds),
  };
}

function missing(parameter: string): Answer {
  return entraError(
    'invalid_request',
    900_144,
    `The request body must contain the following parameter: '${parameter}'.`,
  );
}
