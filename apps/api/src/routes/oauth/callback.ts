import { receiveCallback } from '@latchkey/core/authorizations';
import { Problem } from '@latchkey/core/errors.ts';
import type { Route } from '../../api.ts';
import { consentPage } from '../../pages/consent-page.ts';
import { publicContext } from '../../plugins/context.ts';
import { pageAnswers } from '../page-schemas.ts';
import { byProvider } from '../providers/schemas.ts';
import { readBrowserCookie } from './browser-cookie.ts';
import { followed } from './followed.ts';
import { isNavigation } from './navigation.ts';
import { sendErrorPage, sendPage } from './page-errors.ts';
import { sendResult } from './send-result.ts';

export const callbackPageRoute: Route = (api) => {
  api.get(
    '/oauth/callback/:provider',
    {
      schema: {
        operationId: 'openCallbackPage',
        summary: "Page: takes the provider's answer and follows the authorization",
        tags: ['pages'],
        params: byProvider,
        response: pageAnswers,
      },
      config: {
        permission: 'public',
        audit: 'authorization.callback',
        limit: 'callback',
        headers: 'authorization-page',
      },
      errorHandler: sendErrorPage,
    },
    async (request, reply) => {
      if (!isNavigation(request)) {
        throw new Problem('invalid_callback', {
          detail: 'Nothing was done: this address is for browsers to open.',
        });
      }
      const { authorization, consentUrl } = await receiveCallback(publicContext(request), {
        provider: request.params.provider,
        // The raw query: a duplicate parameter must be seen as one.
        query: new URLSearchParams(request.url.split('?').slice(1).join('?')),
        browser: readBrowserCookie(request),
      });
      if (consentUrl !== null) return sendPage(reply, consentPage(consentUrl, request.frame));
      return sendResult(
        request,
        reply,
        await followed(request, reply, { authorizationId: authorization.id, waitSeconds: 0 }),
      );
    },
  );
};
