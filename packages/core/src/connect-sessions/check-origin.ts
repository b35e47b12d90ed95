/** As strict as a source in `frame-ancestors` must be: a URL parser takes `*` and `;` for parts of a host. */
const pattern = /^https?:\/\/(?:[\da-z_-]+(?:\.[\da-z_-]+)*|\[[\da-f:]+\])(?::\d{1,5})?$/;

function isLoopback(host: string): boolean {
  return /(?:^|\.)localhost$/.test(host) || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '[::1]';
}

/**
 * Whether pages of an origin may frame the connect page and be told how it goes: written exactly as browsers write it,
 * and https, loopback, or one that the operator named.
 */
export function mayEmbed(text: string, named: readonly string[]): boolean {
  const url = URL.parse(text);
  if (url === null || url.origin !== text || !pattern.test(text)) return false;
  return url.protocol === 'https:' || isLoopback(url.hostname) || named.includes(text);
}
