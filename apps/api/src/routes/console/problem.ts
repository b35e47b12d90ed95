import { Problem } from '@latchkey/core/errors.ts';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { isProblemCode, problemPage } from '../../pages/problem-page.ts';
import { sendErrorPage, sendPage } from '../oauth/page-errors.ts';

export const problemPageRoute: Route = (api) => {
  api.get(
    '/docs/errors/:code',
    {
      schema: { hide: true, params: z.object({ code: z.string() }) },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'authorization-page' },
      errorHandler: sendErrorPage,
    },
    ({ params, frame }, reply) => {
      if (!isProblemCode(params.code))
        throw new Problem('not_found', { detail: 'No problem has this code.' });
      return sendPage(reply, problemPage(params.code, frame));
    },
  );
};
