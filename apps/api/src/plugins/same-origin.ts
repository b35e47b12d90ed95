import type { FastifyRequest } from 'fastify';
import { Problem } from '@latchkey/core/errors.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser sent the request from one of our own pages. `Sec-Fetch-Site` cannot be set by a page; browsers
 * leave it out towards plain-http hosts other than localhost, and then `Origin` decides.
 */
export function isSameOrigin(headers: FastifyRequest['headers'], publicOrigin: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  return headers.origin === publicOrigin;
}

/** A cookie is sent along by any page that makes a browser call us: writes need a sign that ours did. @throws Problem `cross_site_request` */
export function requireSameOrigin(request: FastifyRequest, publicOrigin: string): void {
  if (safeMethods.has(request.method) || isSameOrigin(request.headers, publicOrigin)) return;
  throw new Problem('cross_site_request', {
    detail: 'Writes by session are accepted from the console itself only.',
  });
}

/** For sign-in, where there is no cookie yet: programs, which send neither header, may; other sites' pages may not. @throws Problem `cross_site_request` */
export function refuseOtherSites(request: FastifyRequest, publicOrigin: string): void {
  const { headers } = request;
  if (headers['sec-fetch-site'] === undefined && headers.origin === undefined) return;
  requireSameOrigin(request, publicOrigin);
}
