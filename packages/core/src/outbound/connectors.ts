import { isIPv6, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { buildConnector } from 'undici';
import type { AllowedHosts } from './check-url.ts';
import { openTunnel, type OutboundProxy } from './open-tunnel.ts';
import { resolvePublic, type Resolve } from './pinned-lookup.ts';

export type Connector = buildConnector.connector;

/** @param lookup how the name becomes an address; the system's way unless given */
export function directConnector(timeoutMs: number, lookup?: LookupFunction): Connector {
  return buildConnector({
    allowH2: false,
    maxCachedSessions: 0,
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    rejectUnauthorized: true,
    // Ends the socket of a call that was given up while it was still connecting.
    timeout: timeoutMs,
    ...(lookup === undefined ? {} : { lookup }),
  });
}

interface ProxiedOptions {
  readonly proxy: OutboundProxy;
  readonly allowedHosts: AllowedHosts;
  readonly resolve: Resolve;
  readonly timeoutMs: number;
}

/**
 * Connects through a tunnel of the proxy. A host that a provider's definition names is left to the proxy to resolve. One
 * that a person typed is resolved and checked here, and the proxy is given the address: it must not be talked into
 * connecting to something inside.
 */
export function proxiedConnector({ proxy, allowedHosts, resolve, timeoutMs }: ProxiedOptions): Connector {
  const upgrade = directConnector(timeoutMs);
  const tunnel = async (url: URL) => {
    const host = allowedHosts === 'any_public' ? await publicAddress(url.hostname, resolve) : url.hostname;
    return openTunnel(proxy, { authority: `${host}:${url.port || '443'}`, timeoutMs });
  };
  const openTo = callbackify(tunnel);
  return (options, callback) => {
    openTo(new URL(`${options.protocol}//${options.host}`), (error: Error | null, httpSocket) => {
      if (error === null) upgrade({ ...options, httpSocket }, callback);
      else callback(error, null);
    });
  };
}

async function publicAddress(hostname: string, resolve: Resolve): Promise<string> {
  const [{ address }] = await resolvePublic(hostname, resolve);
  return isIPv6(address) ? `[${address}]` : address;
}
