import type { Route } from '../../api.ts';

export const openapiRoute: Route = (api) => {
  api.get(
    '/openapi.json',
    {
      schema: { hide: true },
      config: { permission: 'provider:read', audit: null, limit: 'read' },
    },
    (_request, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(api.swagger())),
  );
};
