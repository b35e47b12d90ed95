import { readConnectSession } from '@latchkey/core/connect-sessions';
import { Problem, problems } from '@latchkey/core/errors.ts';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { webShell } from '../../pages/web-shell.ts';
import { allowFraming } from '../../plugins/security-headers.ts';
import { connectSessionBody } from '../connect-sessions/schemas.ts';
import { sendErrorPage, sendPage } from '../oauth/page-errors.ts';
import { pageAnswers } from '../page-schemas.ts';
import { byId } from '../schemas.ts';

/** The page itself. Opening it, however often and by whom, sets nothing in motion. */
export const connectSessionPageRoute: Route = (api) => {
  api.get(
    '/connect/session/:token',
    {
      schema: {
        operationId: 'openConnectSession',
        summary: 'Page: makes the connection that a connect session is for',
        tags: ['pages'],
        params: z.object({ token: z.string().max(200) }),
        response: pageAnswers,
      },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'console' },
      errorHandler: sendErrorPage,
    },
    async (request, reply) => {
      const { token } = request.params;
      const { frame, id: requestId, server } = request;
      const found = await server.authentication.findConnectSession(request, token);
      if (found !== null) allowFraming(reply, found.allowedOrigins);
      if (found === null || found.isOver) {
        const problem = new Problem(found === null ? 'connect_session_not_found' : 'connect_session_over');
        const { code, status, message: detail } = problem;
        const told = { code, title: problems[code].title, detail, requestId };
        const page = await webShell('connect', { ...frame, data: { page: 'connect', problem: told } }).catch(
          () => {
            throw problem;
          },
        );
        return sendPage(reply.code(status), page);
      }
      const ctx = server.runtime.contextFor({ ...found, requestId, clientAddress: request.ip });
      const session = connectSessionBody(await readConnectSession(ctx));
      return sendPage(
        reply,
        await webShell('connect', { ...frame, data: { page: 'connect', token, session } }),
      );
    },
  );
};

/** Where the tab comes back to that went to the provider itself. What its query says proves nothing. */
export const connectResumePageRoute: Route = (api) => {
  api.get(
    '/connect/resume/:id',
    {
      schema: {
        operationId: 'resumeConnectSession',
        summary: 'Page: goes on with a connect session in the tab that left for the provider',
        tags: ['pages'],
        params: byId,
        response: pageAnswers,
      },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'console' },
      errorHandler: sendErrorPage,
    },
    async ({ frame, params }, reply) =>
      sendPage(reply, await webShell('connect', { ...frame, data: { page: 'connect', resume: params.id } })),
  );
};
