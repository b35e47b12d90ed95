import type { Answer, ProviderRequest } from '../endpoint.ts';
import { formFields } from '../http/fields.ts';
import type { Fields } from '../http/fields.ts';
import { checkClient } from '../oauth/check-client.ts';
import { checkCode } from '../oauth/check-code.ts';
import type { CodeProblem } from '../oauth/check-code.ts';
import type { Client } from '../state/clients.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { dropboxErrors } from './dropbox-errors.ts';

const codeProblems: Readonly<Record<CodeProblem, readonly [string, string]>> = {
  code: ['invalid_grant', "code doesn't exist or has expired"],
  redirect_uri: ['invalid_grant', 'redirect_uri mismatch'],
  verifier_missing: ['invalid_request', 'No "code_verifier" provided'],
  verifier: ['invalid_grant', 'invalid code verifier'],
};

/** A form, the client in the body or in HTTP Basic. The refresh token neither rotates nor expires. */
export function dropboxToken(request: ProviderRequest, world: World): Answer {
  const form = formFields(request);
  if (form === null) return dropboxErrors.oauth('invalid_request', 'The body must be form-encoded');
  const client = checkClient(world, 'dropbox', request, { basic: true, body: form });
  if (client === undefined)
    return dropboxErrors.oauth('invalid_client', 'Invalid client_id or client_secret');
  if (form['grant_type'] === 'authorization_code') return exchange(form, client, world);
  if (form['grant_type'] === 'refresh_token') return refresh(form, client, world);
  return dropboxErrors.oauth('unsupported_grant_type', 'grant_type is not supported');
}

function exchange(form: Fields, client: Client, world: World): Answer {
  const result = checkCode(world, 'dropbox', client, {
    code: form['code'],
    redirectUri: form['redirect_uri'],
    verifier: form['code_verifier'],
  });
  if ('problem' in result) return dropboxErrors.oauth(...codeProblems[result.problem]);
  const { grant, offline } = result.code;
  const refreshToken = offline
    ? { refresh_token: world.tokens.issueRefreshToken('', { grant, tenant: null }) }
    : {};
  const body = {
    ...accessToken(grant, world),
    ...refreshToken,
    scope: grant.scopes.join(' '),
    uid: grant.accountId,
    account_id: `dbid:${grant.accountId}`,
  };
  return { status: 200, committed: true, body };
}

function refresh(form: Fields, client: Client, world: World): Answer {
  const token = world.tokens.findRefreshToken('dropbox', form['refresh_token']);
  if (token === undefined || token.grant.clientId !== client.clientId) {
    return dropboxErrors.oauth('invalid_grant', 'refresh token is invalid or revoked');
  }
  return { status: 200, committed: true, body: accessToken(token.grant, world) };
}

function accessToken(grant: Grant, world: World): Record<string, unknown> {
  const seconds = world.settings.accessTokenTtlSeconds.dropbox;
  return {
    access_token: world.tokens.issueAccessToken('sl.', grant, seconds),
    token_type: 'bearer',
    expires_in: seconds,
  };
}
