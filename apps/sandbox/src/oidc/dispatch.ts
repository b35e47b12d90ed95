import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Answer, ProviderRequest } from '../endpoint.ts';
import type { World } from '../world.ts';
import { settleInteraction } from './interaction.ts';

/** What one browser would send back, kept per authorization. */
export type CookieJar = Map<string, string>;

export interface OidcServer {
  /** Runs a request through the OAuth server in process and returns the whole answer, so that faults can bend it. */
  dispatch(
    request: Pick<ProviderRequest, 'method' | 'headers' | 'body'> & { target: string },
    jar?: CookieJar,
  ): Promise<Answer>;
  close(): Promise<void>;
}

const mount = '/oidc';
const methodSchema = z.enum(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/** Wraps the provider in a server that never listens: requests are injected, answers come back whole. */
export function createOidcServer(world: World, provider: Provider): OidcServer {
  const app = Fastify();
  const publicUrl = new URL(world.url);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const callback = provider.callback();
  app.post('/interaction/:uid', async (request, reply) => settleInteraction(provider, request, reply));
  app.all('/*', (request, reply) => {
    reply.hijack();
    // oidc-provider derives its mount path from the difference of the two.
    const raw: IncomingMessage & { originalUrl?: string } = request.raw;
    raw.originalUrl = `${mount}${request.url}`;
    void callback(raw, reply.raw);
  });
  return {
    dispatch: async (request, jar = new Map()) => inject(app, publicUrl, request, jar),
    close: async () => app.close(),
  };
}

async function inject(
  app: FastifyInstance,
  publicUrl: URL,
  request: Parameters<OidcServer['dispatch']>[0],
  jar: CookieJar,
): Promise<Answer> {
  const {
    cookie: _cookie,
    'content-length': _length,
    'transfer-encoding': _encoding,
    ...headers
  } = request.headers;
  const response = await app.inject({
    method: methodSchema.parse(request.method),
    url: request.target,
    headers: {
      ...headers,
      host: publicUrl.host,
      'x-forwarded-host': publicUrl.host,
      'x-forwarded-proto': publicUrl.protocol.slice(0, -1),
      ...(jar.size > 0 ? { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
    },
    ...(request.body === '' ? {} : { payload: request.body }),
  });
  for (const { name, value } of response.cookies) {
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  const kept = Object.entries(response.headers)
    .filter(([name]) => !['set-cookie', 'content-length', 'connection', 'transfer-encoding'].includes(name))
    .map(([name, value]) => [name, String(value)]);
  return { status: response.statusCode, headers: Object.fromEntries(kept), body: bodyOf(response) };
}

function bodyOf(response: { headers: OutgoingHttpHeaders; body: string }): unknown {
  const isJson = /^application\/(\S+\+)?json/.test(response.headers['content-type']?.toString() ?? '');
  if (!isJson) return response.body;
  const parsed: unknown = JSON.parse(response.body);
  return parsed;
}
