import type { OutboundResponse } from '../outbound/index.ts';

const longest = 86_400;

/**
 * `Retry-After` in seconds, from either of its forms (RFC 9110 section 10.2.3), capped at a day. A date is counted from
 * the answer's own `Date`, so that a wrong clock on either side does not matter.
 */
export function readRetryAfter(
  headers: OutboundResponse['headers'],
  now: number = Date.now(),
): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), longest);
  const until = Date.parse(value);
  if (value === '' || Number.isNaN(until)) return null;
  const sentAt = Date.parse(headers.get('date') ?? '');
  const seconds = Math.ceil((until - (Number.isNaN(sentAt) ? now : sentAt)) / 1000);
  return Math.min(Math.max(seconds, 0), longest);
}
