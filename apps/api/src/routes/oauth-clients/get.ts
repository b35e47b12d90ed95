import { describeOAuthClient } from '@latchkey/core/oauth-clients';
import type { Route } from '../../api.ts';
import { byProvider } from '../providers/schemas.ts';
import { orProblem } from '../schemas.ts';
import { oauthClientBody, oauthClientSchema } from './schemas.ts';

export const getOAuthClientRoute: Route = (api) => {
  api.get(
    '/v1/providers/:provider/oauth-client',
    {
      schema: {
        operationId: 'getOAuthClient',
        summary: 'Read which OAuth client is used at a provider',
        tags: ['oauth-clients'],
        params: byProvider,
        response: { 200: oauthClientSchema, ...orProblem },
      },
      config: { permission: 'oauth_client:read', audit: null, limit: 'read' },
    },
    async ({ ctx, params }) => oauthClientBody(await describeOAuthClient(ctx, params)),
  );
};
