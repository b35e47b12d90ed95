import { Problem } from '@latchkey/core/errors.ts';
import type { Route } from '../../api.ts';
import { sendErrorPage } from '../oauth/page-errors.ts';
import { goesOn, pageAnswers } from '../page-schemas.ts';

export const loginRoute: Route = (api) => {
  api.get(
    '/auth/login',
    {
      schema: {
        operationId: 'login',
        summary: 'Page: goes on to the sign-in service',
        tags: ['pages'],
        response: { 302: goesOn, default: pageAnswers.default },
      },
      config: { permission: 'public', audit: null, limit: 'sign_in', headers: 'authorization-page' },
      exposeHeadRoute: false,
      errorHandler: sendErrorPage,
    },
    async (request, reply) => {
      if (api.consoleSignIn === null)
        throw new Problem('not_found', { detail: 'No sign-in service is configured.' });
      return reply.redirect(await api.consoleSignIn.begin(request, reply), 302);
    },
  );
};
