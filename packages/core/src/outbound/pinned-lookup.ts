import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './check-address.ts';
import { OutboundError } from './outbound-error.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export const resolveBySystem: Resolve = (hostname) => systemLookup(hostname, { all: true });

/** The public addresses of a name, at least one. @throws OutboundError `refused_address` when it has none */
export async function resolvePublic(
  hostname: string,
  resolve: Resolve,
): Promise<[ResolvedAddress, ...ResolvedAddress[]]> {
  const [first, ...others] = (await resolve(hostname)).filter(({ address }) => isPublicAddress(address));
  if (first !== undefined) return [first, ...others];
  throw new OutboundError('not_sent', 'refused_address', `${hostname} is not a public address`);
}

/**
 * A lookup for the connection itself: the address that was checked is the one that is connected to, so a name that
 * changes its answer in between (DNS rebinding) gains nothing. Names with no public address are refused.
 */
export function pinnedLookup(resolve: Resolve): LookupFunction {
  const lookup = callbackify((hostname: string) => resolvePublic(hostname, resolve));
  return (hostname, options, callback) => {
    lookup(hostname, (error: NodeJS.ErrnoException | null, addresses: ResolvedAddress[] | undefined) => {
      const [first] = addresses ?? [];
      if (first === undefined) callback(error, []);
      else if (options.all === true) callback(null, addresses ?? []);
      else callback(null, first.address, first.family);
    });
  };
}
