import { randomBytes } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { pageLanguage } from '../pages/page-language.ts';

/** A row of the header matrix. */
export type HeaderClass = 'json' | 'console' | 'authorization-page' | 'asset' | 'hashed-asset' | 'docs';

type Headers = Readonly<Record<string, string>>;

const everywhere: Headers = {
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

const noStore: Headers = { 'cache-control': 'no-store' };

/** `upgrade-insecure-requests` breaks plain-http installs, so it depends on how the product is reached. */
function policy(https: boolean, directives: readonly string[]): string {
  return [...directives, ...(https ? ['upgrade-insecure-requests'] : [])].join('; ');
}

const shut = ["default-src 'none'", "frame-ancestors 'none'"];
const closed = [...shut, "base-uri 'none'"];

const classes: Readonly<Record<HeaderClass, (https: boolean, nonce: string) => Headers>> = {
  json: (https) => ({ ...noStore, 'content-security-policy': policy(https, closed) }),
  // `same-origin` would cut the console off from the window in which a provider asks for consent.
  console: (https, nonce) => ({
    ...noStore,
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'content-security-policy': policy(https, [
      ...shut,
      // Addresses in what Vite builds are relative to the path of `PUBLIC_URL`, which stands in `<base>`.
      "base-uri 'self'",
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "img-src 'self' data:",
      "form-action 'none'",
    ]),
  }),
  // No opener policy at all: with one, the window that opened this page would be told that it is closed.
  'authorization-page': (https, nonce) => ({
    ...noStore,
    'content-security-policy': policy(https, [
      ...closed,
      `script-src 'nonce-${nonce}'`,
      `style-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      'img-src data:',
      "form-action 'none'",
    ]),
  }),
  asset: (https) => ({ 'cache-control': 'no-cache', 'content-security-policy': policy(https, closed) }),
  'hashed-asset': (https) => ({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-security-policy': policy(https, closed),
  }),
  // Swagger UI writes style attributes and inlines its icons.
  docs: (https) => ({
    'content-security-policy': policy(https, [
      ...closed,
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "form-action 'none'",
    ]),
  }),
};

/** Lets pages of these origins frame this one. They are exact, as `createConnectSession` checks them. */
export function allowFraming(reply: FastifyReply, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const name = 'content-security-policy';
  const framed = `frame-ancestors ${origins.join(' ')}`;
  reply.header(
    name,
    String(reply.getHeader(name)).replace("frame-ancestors 'none'", () => framed),
  );
}

/** Those whose pages have scripts or styles of their own. */
const withNonce: ReadonlySet<HeaderClass> = new Set(['console', 'authorization-page']);

/** What a response of this class carries. */
export function securityHeaders(headerClass: HeaderClass, https: boolean, nonce: string): Headers {
  const transport: Headers = https ? { 'strict-transport-security': 'max-age=31536000' } : {};
  return { ...everywhere, ...transport, ...classes[headerClass](https, nonce) };
}

export const securityHeadersPlugin = fastifyPlugin<{ https: boolean; basePath: string }>(
  (api, { https, basePath }, done) => {
    const base = `${basePath}/`;
    api.decorateRequest('frame');
    api.addHook('onRequest', (request, reply, next) => {
      const headerClass = request.routeOptions.config?.headers ?? 'json';
      const nonce = withNonce.has(headerClass) ? randomBytes(16).toString('base64url') : '';
      request.frame = {
        nonce,
        base,
        get language() {
          return pageLanguage(request);
        },
      };
      reply.headers(securityHeaders(headerClass, https, nonce));
      next();
    });
    done();
  },
  { name: 'security-headers' },
);
