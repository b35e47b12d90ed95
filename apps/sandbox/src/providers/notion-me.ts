import type { Answer, ProviderRequest } from '../endpoint.ts';
import { bearerToken } from '../http/credentials.ts';
import { accessTokenIsLive } from '../state/tokens.ts';
import type { World } from '../world.ts';
import { notionErrors } from './notion-errors.ts';

/** The same call checks an internal integration secret and describes an OAuth connection. */
export function notionMeKind(request: ProviderRequest, world: World): 'userinfo' | 'key_check' {
  return world.tokens.findAccessToken('notion', bearerToken(request)) ? 'userinfo' : 'key_check';
}

export function notionMe(request: ProviderRequest, world: World): Answer {
  const bearer = bearerToken(request);
  const oauth = world.tokens.findAccessToken('notion', bearer);
  const verdict = world.keys.judge('notion', bearer);
  const refused = oauth ? !accessTokenIsLive(oauth) : verdict.status === 401;
  if (refused) return notionErrors.api(401, 'API token is invalid.');
  if (!oauth && verdict.status !== 200) return notionErrors.api(verdict.status);
  if (!/^\d{4}-\d\d-\d\d$/.test(String(request.headers['notion-version'] ?? ''))) {
    return notionErrors.api(400, 'Notion-Version header should be defined.');
  }
  const owner = oauth?.grant.accountId ?? 'integration';
  return {
    status: 200,
    body: {
      object: 'user',
      id: `bot-${owner}`,
      type: 'bot',
      name: 'Latchkey sandbox integration',
      avatar_url: null,
      bot: {
        owner: { type: 'workspace', workspace: true },
        workspace_id: `workspace-${owner}`,
        workspace_name: verdict.name,
      },
    },
  };
}
