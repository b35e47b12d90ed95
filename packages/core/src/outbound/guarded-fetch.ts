import { checkUrl, type AllowedHosts } from './check-url.ts';
import { directConnector, proxiedConnector, type Connector } from './connectors.ts';
import type { OutboundRequest, OutboundResponse } from './messages.ts';
import type { OutboundProxy } from './open-tunnel.ts';
import { pinnedLookup, resolveBySystem, type Resolve } from './pinned-lookup.ts';
import { SingleCall } from './single-call.ts';

/** The only way out to providers. @throws OutboundError */
export type GuardedFetch = (
  request: OutboundRequest,
  allowedHosts: AllowedHosts,
  signal?: AbortSignal,
) => Promise<OutboundResponse>;

export interface GuardedFetchOptions {
  /** Origins that may be plain http, a literal IP or a private address. */
  readonly allowInsecure: readonly string[];
  readonly log?: { debug(data: object, message: string): void };
  readonly connectTimeoutMs?: number;
  /** From the start of the call to the last byte of the answer. */
  readonly totalTimeoutMs?: number;
  readonly maxBodyBytes?: number;
  /** For every call but those to the insecure origins, which are the operator's own; null: calls leave directly. */
  readonly proxy?: OutboundProxy | null;
  /** How names become addresses; the system's resolver unless told otherwise. */
  readonly resolve?: Resolve;
}

/** Of every call to a provider; a refresh lease is longer. */
export const outboundLimits = {
  connectTimeoutMs: 5_000,
  totalTimeoutMs: 15_000,
  maxBodyBytes: 64 * 1024,
} as const;

/**
 * One connection per call, no redirects followed, nothing retried, body capped at 64 KiB, 5 s to connect and 15 s in
 * total. A 3xx is an answer like any other.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const insecureOrigins = new Set(options.allowInsecure);
  const {
    connectTimeoutMs = outboundLimits.connectTimeoutMs,
    totalTimeoutMs = outboundLimits.totalTimeoutMs,
    maxBodyBytes = outboundLimits.maxBodyBytes,
  } = options;
  const resolve = options.resolve ?? resolveBySystem;
  const lookup = pinnedLookup(resolve);

  const connectorFor = (url: URL, allowedHosts: AllowedHosts): Connector => {
    const timeoutMs = connectTimeoutMs;
    if (insecureOrigins.has(url.origin)) return directConnector(timeoutMs);
    const proxy = options.proxy ?? null;
    if (proxy === null) return directConnector(timeoutMs, lookup);
    return proxiedConnector({ proxy, allowedHosts, resolve, timeoutMs });
  };

  return async (request, allowedHosts, signal) => {
    const url = checkUrl(request.url, allowedHosts, insecureOrigins);
    const call = new SingleCall(connectTimeoutMs, connectorFor(url, allowedHosts));
    const startedAt = performance.now();
    const stop = call.limitTime(totalTimeoutMs, signal);
    try {
      const response = await call.send(url, request, maxBodyBytes);
      const milliseconds = Math.round(performance.now() - startedAt);
      options.log?.debug(
        { host: url.host, method: request.method, status: response.status, milliseconds },
        'called',
      );
      return response;
    } catch (error) {
      throw call.explain(error, url);
    } finally {
      stop();
    }
  };
}
