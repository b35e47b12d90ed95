import type { LookupFunction } from 'node:net';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { checkUrl, type AllowedHosts } from './check-url.ts';
import { OutboundError, type OutboundReason } from './outbound-error.ts';
import { pinnedLookup, resolveBySystem, type Resolve } from './pinned-lookup.ts';

export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in any case; a header that was sent several times is joined by a comma. */
  readonly headers: { get(name: string): string | null };
  readonly text: string;
}

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
  /** How names become addresses; the system's resolver unless told otherwise. */
  readonly resolve?: Resolve;
}

/**
 * One connection per call, no redirects followed, nothing retried, body capped at 64 KiB, 5 s to connect and 15 s in
 * total. A 3xx is an answer like any other.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const insecureOrigins = new Set(options.allowInsecure);
  const connectTimeoutMs = options.connectTimeoutMs ?? 5_000;
  const totalTimeoutMs = options.totalTimeoutMs ?? 15_000;
  const maxBodyBytes = options.maxBodyBytes ?? 64 * 1024;
  const lookup = pinnedLookup(options.resolve ?? resolveBySystem);

  return async (request, allowedHosts, signal) => {
    const url = checkUrl(request.url, allowedHosts, insecureOrigins);
    const call = new Call(connectTimeoutMs, insecureOrigins.has(url.origin) ? undefined : lookup);
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

/** One call with its own connection. `established` is what tells `not_sent` from `unknown`. */
class Call {
  readonly #abort = new AbortController();
  readonly #connectTimeoutMs: number;
  readonly #lookup: LookupFunction | undefined;
  #established = false;
  #stoppedBy: OutboundReason | null = null;

  constructor(connectTimeoutMs: number, lookup: LookupFunction | undefined) {
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#lookup = lookup;
  }

  limitTime(totalMs: number, signal: AbortSignal | undefined): () => void {
    const connectTimer = setTimeout(() => {
      if (!this.#established) this.#stop('connect_timeout');
    }, this.#connectTimeoutMs);
    const totalTimer = setTimeout(() => this.#stop('timeout'), totalMs);
    const onAbort = () => this.#stop('aborted');
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted === true) onAbort();
    return () => {
      clearTimeout(connectTimer);
      clearTimeout(totalTimer);
      signal?.removeEventListener('abort', onAbort);
    };
  }

  async send(url: URL, request: OutboundRequest, maxBodyBytes: number): Promise<OutboundResponse> {
    const client = new Client(url.origin, {
      connect: this.#connector(),
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      const answer = await client.request({
        method: request.method,
        path: url.pathname + url.search,
        headers: { 'user-agent': 'latchkey', ...request.headers },
        body: request.body ?? null,
        signal: this.#abort.signal,
      });
      const text = await readBody(answer.body, maxBodyBytes);
      return { status: answer.statusCode, headers: readHeaders(answer.headers), text };
    } finally {
      client.destroy().catch(() => {});
    }
  }

  explain(error: unknown, url: URL): OutboundError {
    if (error instanceof OutboundError) return error;
    const sent = this.#established ? 'unknown' : 'not_sent';
    const reason = this.#stoppedBy ?? (this.#established ? 'connection_broken' : 'connect_failed');
    return new OutboundError(sent, reason, `${url.host}: ${reason.replaceAll('_', ' ')}`, error);
  }

  #stop(reason: OutboundReason): void {
    this.#stoppedBy ??= reason;
    this.#abort.abort();
  }

  #connector(): buildConnector.connector {
    const connect = buildConnector({
      allowH2: false,
      maxCachedSessions: 0,
      // Ends the socket of a call that was given up while it was still connecting.
      timeout: this.#connectTimeoutMs,
      ...(this.#lookup === undefined ? {} : { lookup: this.#lookup }),
    });
    return (options, callback) => {
      connect(options, (...result) => {
        if (result[0] === null) this.#established = true;
        callback(...result);
      });
    };
  }
}

async function readBody(body: Dispatcher.ResponseData['body'], maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new OutboundError('unknown', 'body_too_large', `The answer is larger than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

function readHeaders(headers: Dispatcher.ResponseData['headers']): OutboundResponse['headers'] {
  return {
    get: (name) => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
    },
  };
}
