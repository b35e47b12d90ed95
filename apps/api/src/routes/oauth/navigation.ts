import type { FastifyRequest } from 'fastify';

/**
 * Whether a person opens this address now. Link scanners send HEAD, browsers guess with prefetches, pages load
 * images: none of them may set anything in motion. Programs that send no fetch metadata are taken at their word.
 */
export function isNavigation({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  if (method !== 'GET') return false;
  const guess = [headers['sec-purpose'], headers['purpose'], headers['x-purpose'], headers['x-moz']].join(
    ' ',
  );
  if (/prefetch|preview|prerender/i.test(guess)) return false;
  // Browsers send mode and destination together; some HTTP libraries send a mode alone.
  return headers['sec-fetch-dest'] === undefined || headers['sec-fetch-mode'] === 'navigate';
}
