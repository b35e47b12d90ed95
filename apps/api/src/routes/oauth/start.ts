import { continueTicket, openTicket } from '@latchkey/core/authorizations';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { confirmPage } from '../../pages/confirm-page.ts';
import { publicContext } from '../../plugins/context.ts';
import { goesOn, pageAnswers } from '../page-schemas.ts';
import { readBrowserCookie, setBrowserCookie } from './browser-cookie.ts';
import { findSessionId } from './find-session-id.ts';
import { isNavigation } from './navigation.ts';
import { sendErrorPage, sendPage } from './page-errors.ts';

export const startPageRoute: Route = (api) => {
  api.get(
    '/oauth/start/:ticket',
    {
      schema: {
        operationId: 'openStartPage',
        summary: 'Page: asks, then goes on to the provider',
        tags: ['pages'],
        params: z.object({ ticket: z.string().max(200) }),
        querystring: z.object({ go: z.string().max(200).optional().describe('From the Continue link.') }),
        response: { ...pageAnswers, 302: goesOn },
      },
      config: {
        permission: 'public',
        audit: null,
        limit: 'authorization_start',
        headers: 'authorization-page',
      },
      errorHandler: sendErrorPage,
    },
    async (request, reply) => {
      const ctx = publicContext(request);
      const { ticket } = request.params;
      const known = { ticket, sessionId: await findSessionId(request), browser: readBrowserCookie(request) };
      const navigation = isNavigation(request);
      const onward = navigation
        ? await continueTicket(ctx, { ...known, confirmation: request.query.go ?? null })
        : null;
      if (onward !== null) {
        setBrowserCookie(reply, onward.browser);
        return reply.redirect(onward.redirectTo, 302);
      }
      const opened = await openTicket(ctx, known);
      if (navigation) setBrowserCookie(reply, opened.browser);
      return sendPage(reply, confirmPage(ticket, opened, request.frame));
    },
  );
};
