import type { Route } from '../../api.ts';

export const openapiRoute: Route = (api) => {
  api.get(
    '/openapi.json',
    {
      schema: { hide: true },
      config: { permission: 'public', audit: null },
    },
    (_request, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(api.swagger())),
  );
};
