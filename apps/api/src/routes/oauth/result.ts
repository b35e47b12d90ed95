import { z } from 'zod';
import type { Route } from '../../api.ts';
import { pageAnswers } from '../page-schemas.ts';
import { identifier } from '../schemas.ts';
import { followed } from './followed.ts';
import { sendErrorPage } from './page-errors.ts';
import { sendResult } from './send-result.ts';

export const resultPageRoute: Route = (api) => {
  api.get(
    '/oauth/result/:authorizationId',
    {
      schema: {
        operationId: 'openResultPage',
        summary: 'Page: how a connection is going, for the browser that started it',
        tags: ['pages'],
        params: z.object({ authorizationId: identifier }),
        response: pageAnswers,
      },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'authorization-page' },
      errorHandler: sendErrorPage,
    },
    async (request, reply) =>
      sendResult(request, reply, await followed(request, reply, { ...request.params, waitSeconds: 0 })),
  );
};
