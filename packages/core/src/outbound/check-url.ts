import { isLiteralAddress } from './check-address.ts';
import { OutboundError } from './outbound-error.ts';

/** Host names, with or without a port; `any_public` for addresses that a user typed. */
export type AllowedHosts = readonly string[] | 'any_public';

/**
 * What can be told from the URL alone. Names are checked again when they are resolved.
 *
 * @throws OutboundError `refused_url`, `refused_host`, `refused_address`
 */
export function checkUrl(
  text: string,
  allowedHosts: AllowedHosts,
  insecureOrigins: ReadonlySet<string>,
): URL {
  if (!URL.canParse(text)) throw new OutboundError('not_sent', 'refused_url', 'The address is not a URL');
  const url = new URL(text);
  const insecure = insecureOrigins.has(url.origin);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && insecure)) {
    throw new OutboundError('not_sent', 'refused_url', `${url.host}: only https is allowed`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new OutboundError('not_sent', 'refused_url', `${url.host}: a URL may not carry credentials`);
  }
  if (allowedHosts !== 'any_public' && !hostIsAllowed(url, allowedHosts)) {
    throw new OutboundError('not_sent', 'refused_host', `${url.host} is not a host of this provider`);
  }
  if (isLiteralAddress(url) && !insecure) {
    throw new OutboundError(
      'not_sent',
      'refused_address',
      `${url.host}: use a host name instead of an IP address`,
    );
  }
  return url;
}

/** An entry without a port stands for every port of that host. */
export function hostIsAllowed(url: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.includes(url.host) || allowedHosts.includes(url.hostname);
}
