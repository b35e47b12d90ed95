import type { Route } from '../../api.ts';
import { connectWindow } from '../../pages/connect-window.ts';
import { sendErrorPage, sendPage } from '../oauth/page-errors.ts';
import { pageAnswers } from '../page-schemas.ts';

export const connectWindowRoute: Route = (api) => {
  api.get(
    '/connect/window',
    {
      schema: {
        operationId: 'openConnectWindow',
        summary: 'Page: the window in which the connect page goes to a provider',
        tags: ['pages'],
        response: pageAnswers,
      },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'authorization-page' },
      errorHandler: sendErrorPage,
    },
    async ({ frame }, reply) => sendPage(reply, connectWindow(frame)),
  );
};
