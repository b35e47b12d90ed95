import fastifyPlugin from 'fastify-plugin';
import { ConfigurationError } from '@latchkey/core/errors.ts';

/**
 * An address as the routes know it: a proxy in front of `PUBLIC_URL` may leave its path on or take it off.
 * @param basePath such as `/tools/latchkey`, or nothing
 */
export function withoutBasePath(url: string, basePath: string): string {
  if (!url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest === '' || rest.startsWith('?')) return `/${rest}`;
  return rest.startsWith('/') ? rest : url;
}

/** Puts the path of `PUBLIC_URL` before redirects to our own pages, which `withoutBasePath` takes off again. */
export const basePathPlugin = fastifyPlugin<{ basePath: string }>(
  (api, { basePath }, done) => {
    if (basePath === '') {
      done();
      return;
    }
    const firstOf = (path: string) => path.split('/', 2)[1] ?? '';
    const ours = new Set<string>();
    api.addHook('onRoute', ({ url }) => void ours.add(firstOf(url)));
    // With `/v1`, nobody could tell whether a proxy has taken the path of `/v1/credentials` off already.
    api.addHook('onReady', async () => {
      const first = firstOf(basePath);
      if (ours.has(first))
        throw new ConfigurationError([
          `PUBLIC_URL: its path begins with /${first}, as addresses of Latchkey do; choose another one`,
        ]);
    });
    api.addHook('onSend', (_request, reply, payload, next) => {
      const location = reply.getHeader('location');
      if (typeof location === 'string' && location.startsWith('/'))
        reply.header('location', basePath + location);
      next(null, payload);
    });
    done();
  },
  { name: 'base-path' },
);
