import type { Route } from '../../api.ts';
import { goesOn } from '../page-schemas.ts';
import { byId, orProblem } from '../schemas.ts';

export const connectPageRoute: Route = (api) => {
  api.get(
    '/connect/:id',
    {
      schema: {
        operationId: 'openConnectPage',
        summary: 'Page: connects the account of a credential again',
        description: 'Where `connectUrl` of a `reauthorization_required` answer leads.',
        tags: ['pages'],
        params: byId,
        response: { 302: goesOn, ...orProblem },
      },
      config: { permission: 'public', audit: null, limit: 'read', headers: 'console' },
    },
    async (request, reply) => reply.redirect(`/?connect=${encodeURIComponent(request.params.id)}`, 302),
  );
};
