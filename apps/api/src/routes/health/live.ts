import { z } from 'zod';
import type { Route } from '../../api.ts';

export const liveRoute: Route = (api) => {
  api.get(
    '/livez',
    {
      schema: {
        operationId: 'livez',
        summary: 'Whether the process is there',
        tags: ['operations'],
        response: { 200: z.object({ status: z.literal('ok') }) },
      },
      config: { permission: 'public', audit: null, limit: 'health' },
    },
    () => ({ status: 'ok' as const }),
  );
};
