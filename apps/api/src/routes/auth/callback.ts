import { Problem } from '@latchkey/core/errors.ts';
import type { Route } from '../../api.ts';
import { sendErrorPage } from '../oauth/page-errors.ts';
import { goesOn, pageAnswers } from '../page-schemas.ts';
import { signIn } from './sign-in.ts';

export const loginCallbackRoute: Route = (api) => {
  api.get(
    '/auth/callback',
    {
      schema: {
        operationId: 'loginCallback',
        summary: "Page: takes the sign-in service's answer",
        tags: ['pages'],
        response: { 303: goesOn, default: pageAnswers.default },
      },
      config: {
        permission: 'public',
        audit: 'session.start',
        limit: 'callback',
        headers: 'authorization-page',
      },
      exposeHeadRoute: false,
      errorHandler: sendErrorPage,
    },
    async (request, reply) => {
      const { consoleSignIn } = api;
      if (consoleSignIn === null)
        throw new Problem('not_found', { detail: 'No sign-in service is configured.' });
      const person = await api.authentication.finishSignIn(request, () =>
        consoleSignIn.finish(request, reply),
      );
      const actor = {
        type: 'session',
        id: 'sign-in',
        name: person.subject,
        role: person.role,
        subject: person.subject,
      } as const;
      await signIn(request, reply, { person, actor });
      return reply.redirect('/', 303);
    },
  );
};
