import fastifyPlugin from 'fastify-plugin';
import { Problem } from '@latchkey/core/errors.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Turns `/v1/credentials/:id` into a pattern for whole paths. */
export function pathPattern(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) =>
      part.startsWith(':')
        ? '[^/]+'
        : part === '*'
          ? '.*'
          : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join('/');
  return new RegExp(`^${source}/?$`);
}

/** 404 for paths that nobody knows, 405 with `Allow` for known paths and another method. [RFC 9110 §15.5.6] */
export const knownPathsPlugin = fastifyPlugin(
  (api, _options, done) => {
    const paths = new Map<string, KnownPath>();
    api.addHook('onRoute', (route) => {
      const known = paths.get(route.url) ?? { pattern: pathPattern(route.url), methods: new Set<string>() };
      for (const method of [route.method].flat()) known.methods.add(method);
      paths.set(route.url, known);
    });
    api.setNotFoundHandler((request, reply) => {
      const path = request.url.split('?', 1)[0] ?? '';
      const allowed = [...paths.values()]
        .filter(({ pattern }) => pattern.test(path))
        .flatMap(({ methods }) => [...methods]);
      // A known path with a known method gets here when the router refuses it, as for an endless id.
      if (allowed.length === 0 || allowed.includes(request.method))
        throw new Problem('not_found', { detail: 'There is nothing at this address.' });
      reply.header('allow', [...new Set(allowed)].toSorted().join(', '));
      throw new Problem('method_not_allowed');
    });
    done();
  },
  { name: 'known-paths' },
);
