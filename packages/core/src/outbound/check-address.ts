import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Public by its range, yet the metadata and health service of a cloud platform (Azure, "What is IP 168.63.129.16"). */
const platformAddresses = new Set(['168.63.129.16']);

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Only addresses of the public internet pass. Forms that carry an IPv4 address inside an IPv6 one (IPv4-mapped,
 * NAT64 of RFC 6052 and RFC 8215, 6to4, Teredo) are refused as such, whatever they carry.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || platformAddresses.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(globalUnicast);
}

/** Decimal, octal, hexadecimal and short IPv4 forms are plain ones here: the URL parser has normalised them. */
export function isLiteralAddress(url: URL): boolean {
  return isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
}
