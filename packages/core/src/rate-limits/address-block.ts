import ipaddr from 'ipaddr.js';

/**
 * Whom an address stands for: an IPv4 address itself, of IPv6 the /64, since who has one address of it has them all.
 * What is no address, as a proxy may pass on, is one block for all of it.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':') && ipaddr.IPv4.isValidFourPartDecimal(address)) return address;
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const [a = 0, b = 0, c = 0, d = 0] = (parsed as ipaddr.IPv6).parts;
  return `${[a, b, c, d].map((part) => part.toString(16)).join(':')}::/64`;
}
