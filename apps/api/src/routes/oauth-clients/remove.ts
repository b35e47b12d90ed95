import { describeOAuthClient, removeOAuthClient } from '@latchkey/core/oauth-clients';
import type { Route } from '../../api.ts';
import { byProvider } from '../providers/schemas.ts';
import { orProblem } from '../schemas.ts';
import { oauthClientBody, oauthClientSchema } from './schemas.ts';

export const removeOAuthClientRoute: Route = (api) => {
  api.delete(
    '/v1/providers/:provider/oauth-client',
    {
      schema: {
        operationId: 'removeOAuthClient',
        summary: "Forget the workspace's own OAuth client",
        description: 'Answers with the client that new connections use from now on.',
        tags: ['oauth-clients'],
        params: byProvider,
        response: { 200: oauthClientSchema, ...orProblem },
      },
      config: { permission: 'oauth_client:write', audit: 'oauth_client.remove', limit: 'write' },
    },
    async ({ ctx, params }) => {
      await removeOAuthClient(ctx, params);
      return oauthClientBody(await describeOAuthClient(ctx, params));
    },
  );
};
