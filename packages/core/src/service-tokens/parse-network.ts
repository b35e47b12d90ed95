import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Bits before the IPv4 address in an IPv4-mapped one. [RFC 4291 §2.5.5.2] */
const mappedBits = 96;

/** `::ffff:192.0.2.1` is the IPv4 address in it, however a proxy or the operating system writes it. */
export function parseAddress(text: string): Address | null {
  const bare = text.split('%', 1)[0] ?? '';
  if (!isStrict(bare)) return null;
  const address = ipaddr.parse(bare);
  return address.kind() === 'ipv6' && (address as ipaddr.IPv6).isIPv4MappedAddress()
    ? (address as ipaddr.IPv6).toIPv4Address()
    : address;
}

/** Neither `10.1`, nor hexadecimal or octal parts: what people read in them differs from what is meant. */
function isStrict(text: string): boolean {
  return ipaddr.IPv6.isValid(text) || ipaddr.IPv4.isValidFourPartDecimal(text);
}

/**
 * A network in CIDR notation, or one address, in its one spelling: `10.1.2.3/8` is `10.0.0.0/8`. Null when it is neither.
 * [RFC 4632 §3.1]
 */
export function parseNetwork(text: string): string | null {
  const [bare = '', length, ...rest] = text.trim().split('/');
  const given = isStrict(bare) ? ipaddr.parse(bare) : null;
  const address = bare.includes('%') ? null : parseAddress(bare);
  if (given === null || address === null || rest.length > 0) return null;
  const bits = prefixLength(length, bitsOf(given));
  if (bits === null) return null;
  const own = address.kind() === given.kind() ? bits : bits - mappedBits;
  // Wider than all that is mapped: it would be a network of both families.
  if (own < 0) return null;
  return `${networkAddress(address, own).toString()}/${own}`;
}

function bitsOf(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

function prefixLength(text: string | undefined, most: number): number | null {
  if (text === undefined) return most;
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= most ? Number(text) : null;
}

function networkAddress(address: Address, bits: number): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    return byte & (0xff << (8 - kept)) & 0xff;
  });
  return ipaddr.fromByteArray(bytes);
}
