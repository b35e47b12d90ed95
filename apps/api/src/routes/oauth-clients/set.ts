import { setOAuthClient } from '@latchkey/core/oauth-clients';
import { Secret } from '@latchkey/core/secret.ts';
import type { Route } from '../../api.ts';
import { byProvider } from '../providers/schemas.ts';
import { orProblem } from '../schemas.ts';
import { oauthClientBody, oauthClientSchema, setBody } from './schemas.ts';

export const setOAuthClientRoute: Route = (api) => {
  api.put(
    '/v1/providers/:provider/oauth-client',
    {
      schema: {
        operationId: 'setOAuthClient',
        summary: "Store the workspace's own OAuth client, or switch it on or off",
        tags: ['oauth-clients'],
        params: byProvider,
        body: setBody,
        response: { 200: oauthClientSchema, ...orProblem },
      },
      config: { permission: 'oauth_client:write', audit: 'oauth_client.set', limit: 'write' },
    },
    async ({ ctx, params, body }) => {
      const { clientSecret, ...rest } = body;
      const secret = clientSecret === undefined ? undefined : new Secret(clientSecret);
      return oauthClientBody(await setOAuthClient(ctx, { ...params, ...rest, clientSecret: secret }));
    },
  );
};
