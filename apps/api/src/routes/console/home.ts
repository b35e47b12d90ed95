import type { Route } from '../../api.ts';
import { homePage } from '../../pages/home-page.ts';
import { sendPage } from '../oauth/page-errors.ts';

export const homePageRoute: Route = (api) => {
  api.get(
    '/',
    {
      schema: { hide: true },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'console' },
    },
    (request, reply) =>
      sendPage(reply, homePage({ issuer: api.consoleSignIn?.issuer ?? null, nonce: request.nonce })),
  );
};
