import type { Answer, ProviderRequest } from '../endpoint.ts';
import { basicCredentials } from '../http/credentials.ts';
import { jsonFields } from '../http/fields.ts';
import type { Fields } from '../http/fields.ts';
import { checkClient } from '../oauth/check-client.ts';
import { checkCode } from '../oauth/check-code.ts';
import { findAccount } from '../state/accounts.ts';
import type { Client } from '../state/clients.ts';
import type { Grant } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { notionErrors } from './notion-errors.ts';

/** HTTP Basic and a JSON body, nothing else. Every refresh replaces the pair and the old refresh token dies. */
export function notionToken(request: ProviderRequest, world: World): Answer {
  const body = jsonFields(request);
  if (body === null) return notionErrors.oauth('invalid_request', 'The body must be a JSON object.');
  if (basicCredentials(request) === null) {
    return notionErrors.oauth('invalid_client', 'Client credentials are expected in HTTP Basic.');
  }
  const client = checkClient(world, 'notion', request, { basic: true });
  if (client === undefined) return notionErrors.oauth('invalid_client', 'Client authentication failed.');
  if (body['grant_type'] === 'authorization_code') return exchange(body, client, world);
  if (body['grant_type'] === 'refresh_token') return refresh(body, client, world);
  return notionErrors.oauth('unsupported_grant_type', 'grant_type is not supported.');
}

function exchange(body: Fields, client: Client, world: World): Answer {
  if (body['redirect_uri'] === undefined)
    return notionErrors.oauth('invalid_request', 'redirect_uri is required.');
  const result = checkCode(world, 'notion', client, {
    code: body['code'],
    redirectUri: body['redirect_uri'],
    verifier: undefined,
  });
  if ('problem' in result) return notionErrors.oauth('invalid_grant', 'Invalid code.');
  const { grant } = result.code;
  const existing = world.settings.notionReusesPair ? world.tokens.findLivePair(grant) : undefined;
  return existing ? answer(grant, existing) : answer(grant, mintPair(grant, world));
}

function refresh(body: Fields, client: Client, world: World): Answer {
  const presented = body['refresh_token'];
  const token = world.tokens.findRefreshToken('notion', presented);
  if (presented === undefined || token === undefined || token.grant.clientId !== client.clientId) {
    return notionErrors.oauth('invalid_grant', 'Invalid refresh token.');
  }
  token.usedAt = Date.now();
  return answer(token.grant, mintPair(token.grant, world, presented));
}

interface Pair {
  accessToken: string;
  refreshToken: string;
}

function mintPair(grant: Grant, world: World, predecessor?: string): Pair {
  const lineage = predecessor === undefined ? {} : { predecessor };
  return {
    accessToken: world.tokens.issueAccessToken('ntn_', grant, null),
    refreshToken: world.tokens.issueRefreshToken('nrt_', { grant, tenant: null, ...lineage }),
  };
}

// Notion states no expires_in.
function answer(grant: Grant, pair: Pair): Answer {
  const person = findAccount(grant.accountId);
  return {
    status: 200,
    committed: true,
    body: {
      access_token: pair.accessToken,
      token_type: 'bearer',
      refresh_token: pair.refreshToken,
      bot_id: `bot-${grant.accountId}`,
      workspace_id: `workspace-${grant.accountId}`,
      workspace_name: `${person?.name ?? 'Somebody'}’s workspace`,
      workspace_icon: '🧭',
      duplicated_template_id: null,
      owner: {
        type: 'user',
        user: { object: 'user', id: grant.accountId, name: person?.name, avatar_url: person?.picture },
      },
    },
  };
}
