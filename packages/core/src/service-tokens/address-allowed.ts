import ipaddr from 'ipaddr.js';
import { parseAddress } from './parse-network.ts';

/**
 * Whether a token may be used from an address. What is no address is allowed nowhere but where any is.
 * @param networks as `parseNetwork` wrote them; null: any
 */
export function addressAllowed(networks: readonly string[] | null, address: string): boolean {
  if (networks === null) return true;
  const from = parseAddress(address);
  if (from === null) return false;
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === from.kind() && from.match(base, bits);
  });
}
