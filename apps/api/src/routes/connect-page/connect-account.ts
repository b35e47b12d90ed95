import { connectAccount } from '@latchkey/core/connect-sessions';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { startBody, startedBody, startedSchema } from '../authorizations/schemas.ts';
import { readBrowserCookie, setBrowserCookie } from '../oauth/browser-cookie.ts';
import { orProblem } from '../schemas.ts';

const body = startBody.pick({ provider: true, name: true }).extend({
  window: z.enum(['popup', 'tab']).describe('tab: the tab of the page goes to the provider and comes back.'),
});

export const connectAccountRoute: Route = (api) => {
  api.post(
    '/v1/connect-session/authorizations',
    {
      schema: {
        operationId: 'connectAccountOnConnectPage',
        summary: 'Start to connect an account from the connect page',
        description:
          'One that waits for consent ends. In the browser that asks, by a cookie, `authorizationUrl` goes on to the provider; any other browser is asked first.',
        tags: ['connect-sessions'],
        body,
        response: { 201: startedSchema, ...orProblem },
      },
      config: { permission: 'connect_session', audit: 'authorization.start', limit: 'authorization_start' },
    },
    async (request, reply) => {
      const { ctx } = request;
      const { browser, ...started } = await connectAccount(ctx, {
        ...request.body,
        browser: readBrowserCookie(request),
      });
      setBrowserCookie(reply, browser);
      return reply.code(201).send(startedBody(started));
    },
  );
};
