import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { FastifyServerFactory } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { publicPath } from '@latchkey/core/public-url.ts';
import { addressBlock } from '@latchkey/core/rate-limits';
import { readBearer } from './authentication.ts';
import { withoutBasePath } from './base-path.ts';
import { turnedAway } from './guesses.ts';
import { problemDocument } from './problem-json.ts';
import { newRequestId } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';

/** Which addresses of `X-Forwarded-For` are believed, as Fastify takes it. */
export type TrustProxy = false | string[] | ((address: string, hop: number) => boolean);

/** Stands before the framework; answers a request itself, or lets it through. */
export interface Door {
  answers: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The server that Fastify would make, with a door in front of it; what lacks a `Host` is refused by a hook, in our format. */
export function serverBehind(door: Door): FastifyServerFactory {
  return (handler, options): Server => {
    const { http, keepAliveTimeout, requestTimeout } = options as typeof options & { http?: object };
    const server = createServer({ ...http, requireHostHeader: false }, (request, response) => {
      if (!door.answers(request, response)) handler(request, response);
    });
    if (typeof keepAliveTimeout === 'number') server.keepAliveTimeout = keepAliveTimeout;
    if (typeof requestTimeout === 'number') server.requestTimeout = requestTimeout;
    return server;
  };
}

/**
 * Answers what authentication would refuse in a flood of wrong tokens, before the framework has spent anything on it:
 * no hooks, no log line, the same answer. What it lets through is decided again, by the rules of `guesses.ts`.
 */
export const turnAwayPlugin = fastifyPlugin<{ door: Door; trustProxy: TrustProxy; publicUrl: string }>(
  (api, { door, trustProxy, publicUrl }, done) => {
    const basePath = publicPath(publicUrl);
    const trust = Array.isArray(trustProxy) ? proxyAddr.compile(trustProxy) : trustProxy;
    const blockOf = (request: IncomingMessage) =>
      addressBlock((trust === false ? request.socket.remoteAddress : proxyAddr(request, trust)) ?? '');
    const [before = '', after = ''] = JSON.stringify(problemDocument(turnedAway, publicUrl, '?')).split(
      '"?"',
    );
    const documentFor = (requestId: string) => `${before}"${requestId}"${after}`;
    // Everything that can be is made once: it is written a thousand times a second.
    const headers = Object.entries({
      ...securityHeaders('json', publicUrl.startsWith('https:'), ''),
      'content-type': 'application/problem+json; charset=utf-8',
      'retry-after': String(turnedAway.details.retryAfterSeconds),
      'content-length': String(Buffer.byteLength(documentFor(newRequestId()))),
    }).flat();
    door.answers = (request, response) => {
      const { authorization } = request.headers;
      if (authorization === undefined || api.closing.aborted) return false;
      // Under /v1 nobody gets anywhere without a token.
      if (!withoutBasePath(request.url ?? '', basePath).startsWith('/v1/')) return false;
      const token = readBearer(authorization);
      if (token === null || !api.authentication.turnsAway(token, blockOf(request))) return false;
      const requestId = newRequestId();
      response
        .writeHead(turnedAway.status, [...headers, 'request-id', requestId])
        .end(documentFor(requestId));
      return true;
    };
    done();
  },
  { name: 'turn-away', dependencies: ['authentication'] },
);
