import type { Answer, ProviderRequest } from '../endpoint.ts';
import { formFields } from '../http/fields.ts';
import type { Fields } from '../http/fields.ts';
import { checkClient } from '../oauth/check-client.ts';
import { checkCode } from '../oauth/check-code.ts';
import type { CodeProblem } from '../oauth/check-code.ts';
import type { LabProviderId } from '../provider-ids.ts';
import type { Client } from '../state/clients.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { rotations } from './lab-rotation.ts';
import { standardOAuthError } from './oauth-errors.ts';

const codeProblems: Readonly<Record<CodeProblem, string>> = {
  code: 'The code is unknown, used or expired.',
  redirect_uri: 'The redirect_uri is not the one of the authorization request.',
  verifier_missing: 'The code_verifier is missing.',
  verifier: 'The code_verifier does not match the code_challenge.',
};

/** RFC 6749 sections 4.1.3 and 6: a form with the client in the body. */
export function labToken(provider: LabProviderId, request: ProviderRequest, world: World): Answer {
  const form = formFields(request);
  if (form === null) return standardOAuthError('invalid_request', 'The body must be form-encoded.');
  const client = checkClient(world, provider, request, { body: form });
  if (client === undefined) return standardOAuthError('invalid_client', 'Client authentication failed.');
  if (form['grant_type'] === 'authorization_code') return exchange(provider, form, client, world);
  if (form['grant_type'] === 'refresh_token') return refresh(provider, form, client, world);
  return standardOAuthError('unsupported_grant_type', 'grant_type is not supported.');
}

function exchange(provider: LabProviderId, form: Fields, client: Client, world: World): Answer {
  const result = checkCode(world, provider, client, {
    code: form['code'],
    redirectUri: form['redirect_uri'],
    verifier: form['code_verifier'],
  });
  if ('problem' in result) return standardOAuthError('invalid_grant', codeProblems[result.problem]);
  const { grant } = result.code;
  const standing = world.settings.labSharesGrant ? standingPair(provider, grant, world) : undefined;
  return success(grant, standing ?? mintPair(provider, grant, world));
}

/** All in one turn of the event loop: nothing comes between the look at the token and what it leads to. */
function refresh(provider: LabProviderId, form: Fields, client: Client, world: World): Answer {
  const presented = form['refresh_token'];
  if (presented === undefined) return standardOAuthError('invalid_request', 'refresh_token is missing.');
  const token = world.tokens.recallRefreshToken(provider, presented);
  if (token === undefined || token.grant.clientId !== client.clientId) {
    return standardOAuthError('invalid_grant', 'The refresh token is unknown.');
  }
  const { grant } = token;
  if (grant.revokedAt !== null) return standardOAuthError('invalid_grant', 'The grant was revoked.');
  if (!world.tokens.refreshTokenIsLive(token)) {
    world.tokens.revokeGrant(grant);
    return standardOAuthError('invalid_grant', 'The refresh token was used before: the grant is revoked.');
  }
  const { issuesSuccessor, usesUp } = rotations[provider];
  if (usesUp) token.usedAt ??= Date.now();
  return success(
    grant,
    issuesSuccessor ? mintPair(provider, grant, world, presented) : mintAccessToken(provider, grant, world),
  );
}

interface Tokens {
  accessToken: string;
  expiresIn: number;
  refreshToken?: string;
}

function mintAccessToken(provider: LabProviderId, grant: Grant, world: World): Tokens {
  const expiresIn = world.settings.accessTokenTtlSeconds[provider];
  return { accessToken: world.tokens.issueAccessToken('lab_at_', grant, expiresIn), expiresIn };
}

/** A new access token with a new refresh token, the successor of `predecessor` if there is one. */
export function mintPair(
  provider: LabProviderId,
  grant: Grant,
  world: World,
  predecessor?: string,
): Tokens & { refreshToken: string } {
  const lineage = predecessor === undefined ? {} : { predecessor };
  const refreshToken = world.tokens.issueRefreshToken('lab_rt_', { grant, tenant: null, ...lineage });
  return { ...mintAccessToken(provider, grant, world), refreshToken };
}

/** What a grant that was there before has; a new access token only when none is alive. Undefined: it has nothing. */
function standingPair(provider: LabProviderId, grant: Grant, world: World): Tokens | undefined {
  const refreshToken = grant.refreshTokens.findLast((token) => world.tokens.refreshTokenIsLive(token))?.value;
  if (refreshToken === undefined) return undefined;
  const newest = grant.accessTokens.findLast(accessTokenIsLive);
  if (newest === undefined) return { ...mintAccessToken(provider, grant, world), refreshToken };
  const expiresIn = Math.ceil(((newest.expiresAt ?? 0) - Date.now()) / 1000);
  return { accessToken: newest.value, expiresIn, refreshToken };
}

function success(grant: Grant, { accessToken, expiresIn, refreshToken }: Tokens): Answer {
  return {
    status: 200,
    committed: true,
    body: {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      scope: grant.scopes.join(' '),
    },
  };
}
