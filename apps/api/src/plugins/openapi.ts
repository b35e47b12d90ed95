import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';
import { publicPath } from '@latchkey/core/public-url.ts';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { limitClasses, type RouteLimit } from '../rate-limits/limit-classes.ts';
import { withoutTimePatterns, withoutUnusedSchemas } from './tidy-openapi.ts';

const tags = [
  { name: 'providers', description: 'The catalogue: what can be connected, and how.' },
  { name: 'oauth-clients', description: "The workspace's own OAuth clients." },
  { name: 'credentials', description: 'Stored authorizations. Secrets never come back from here.' },
  { name: 'overview', description: 'How a workspace does.' },
  { name: 'authorizations', description: 'Attempts: jobs with a status to poll.' },
  { name: 'connect-sessions', description: 'The hosted page on which a person makes one connection.' },
  { name: 'leases', description: 'What pipeline runs are handed.' },
  { name: 'events', description: 'Facts in order, to read or to follow.' },
  { name: 'audit', description: 'Who did what, with a hash chain.' },
  { name: 'service-tokens', description: 'How programs call the API.' },
  { name: 'keys', description: 'Root keys, and work over everything that keys protect.' },
  { name: 'queues', description: 'The work of the instance: how much waits, and who works on it.' },
  { name: 'workspaces', description: 'The tenants of the instance.' },
  { name: 'sessions', description: 'Sign-in of people to the console.' },
  { name: 'pages', description: 'Opened by browsers.' },
  { name: 'operations', description: 'For operators.' },
];

/** Describes the answer of a route whose limit is used up, where problems are described at all. */
function withRefusal<T extends { response?: unknown }>(schema: T, limit: RouteLimit): T {
  const response = schema.response as { readonly default?: object } | undefined;
  if (response?.default === undefined || Object.keys(limitClasses[limit].scopes).length === 0) return schema;
  const refusal = {
    ...response.default,
    description: `Too many requests of the class "${limit}"`,
    headers: {
      'Retry-After': { type: 'integer', description: 'Seconds until the next one is let through.' },
    },
  };
  return { ...schema, response: { ...response, 429: refusal } };
}

/** The description of the API, made from the schemas that check requests and responses; shown at `/docs`. */
export const openapiPlugin = fastifyPlugin(
  async (api) => {
    const transform = createJsonSchemaTransform({});
    const transformObject = createJsonSchemaTransformObject({});
    const basePath = publicPath(api.runtime.settings.publicUrl);
    await api.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: {
          title: 'Latchkey',
          version: '1',
          description: 'Authorizes data sources for a workspace and keeps those authorizations alive.',
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        ...(basePath === '' ? {} : { servers: [{ url: basePath }] }),
        tags,
        components: {
          securitySchemes: {
            token: { type: 'http', scheme: 'bearer', description: 'A service token, or the admin token.' },
            session: { type: 'apiKey', in: 'cookie', name: 'latchkey_session', description: 'The console.' },
            connectSession: {
              type: 'apiKey',
              in: 'header',
              name: 'X-Connect-Session',
              description: 'The page of a connect session: the last part of its address.',
            },
          },
        },
        security: [{ token: [] }, { session: [] }],
      },
      transform: (document) => {
        const { schema, url } = transform(document);
        const { permission, limit } = document.route.config ?? {};
        const security =
          permission === 'public'
            ? { security: [] }
            : permission === 'connect_session'
              ? { security: [{ connectSession: [] }] }
              : {};
        const described = { ...schema, ...security, ...(permission ? { 'x-permission': permission } : {}) };
        return { schema: limit === undefined ? described : withRefusal(described, limit), url };
      },
      transformObject: (document) => withoutTimePatterns(withoutUnusedSchemas(transformObject(document))),
    });
    // The routes of the UI declare nothing themselves. A person who is not signed in yet is sent to where they can be.
    await api.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = {
          ...route.config,
          permission: 'provider:read',
          audit: null,
          limit: 'read',
          headers: 'docs',
        };
        route.errorHandler = (error, request, reply) => {
          const unknown = error instanceof Problem && error.code === 'unauthenticated';
          if (unknown && request.headers.accept?.includes('text/html')) void reply.redirect('/', 302);
          else api.errorHandler(error, request, reply);
        };
      });
      await scope.register(swaggerUi, {
        routePrefix: '/docs',
        indexPrefix: basePath,
        uiConfig: { deepLinking: true },
      });
    });
  },
  { name: 'openapi', dependencies: ['runtime'] },
);
