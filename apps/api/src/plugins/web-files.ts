import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import fastifyPlugin from 'fastify-plugin';
import { webFiles } from '../pages/web-shell.ts';

/** Scripts and styles of `apps/web`. Their names have a hash of what is in them. */
export const webFilesPlugin = fastifyPlugin(
  async (api) => {
    await api.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = {
          ...route.config,
          permission: 'public',
          audit: null,
          limit: 'read',
          headers: 'hashed-asset',
        };
      });
      await scope.register(fastifyStatic, {
        root: fileURLToPath(new URL('assets/', webFiles)),
        prefix: '/assets/',
        cacheControl: false,
        index: false,
        decorateReply: false,
      });
    });
  },
  { name: 'web-files', dependencies: ['security-headers'] },
);
