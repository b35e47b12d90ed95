import { Client, type Dispatcher } from 'undici';
import type { Connector } from './connectors.ts';
import type { OutboundRequest, OutboundResponse } from './messages.ts';
import { OutboundError, type OutboundReason } from './outbound-error.ts';

/** Between the deadline and the end of the call. */
const lastLookMs = 100;

/** One call with its own connection. `established` is what tells `not_sent` from `unknown`. */
export class SingleCall {
  readonly #abort = new AbortController();
  readonly #connectTimeoutMs: number;
  readonly #connect: Connector;
  #established = false;
  #stoppedBy: OutboundReason | null = null;
  /** Rejected by a stop before the connection stands: the HTTP client would only notice once it does. */
  readonly #stoppedEarly = Promise.withResolvers<never>();

  constructor(connectTimeoutMs: number, connect: Connector) {
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#connect = connect;
    this.#stoppedEarly.promise.catch(() => {});
  }

  limitTime(totalMs: number, signal: AbortSignal | undefined): () => void {
    const connectTimer = setTimeout(() => {
      if (!this.#established) this.#stop('connect_timeout');
    }, this.#connectTimeoutMs);
    // A process that was paused is late for its timers: what has arrived meanwhile is read first.
    const lastLook = () => setTimeout(() => this.#stop('timeout'), lastLookMs);
    let totalTimer = setTimeout(() => {
      totalTimer = lastLook();
    }, totalMs);
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
      const answer = await Promise.race([
        client.request({
          method: request.method,
          path: url.pathname + url.search,
          headers: { 'user-agent': 'latchkey', ...request.headers },
          body: request.body ?? null,
          signal: this.#abort.signal,
        }),
        this.#stoppedEarly.promise,
      ]);
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
    if (!this.#established) this.#stoppedEarly.reject(new Error(reason));
    this.#abort.abort();
  }

  #connector(): Connector {
    return (options, callback) => {
      // The request may have left over the first connection.
      if (this.#established) return callback(new Error('The connection was closed'), null);
      this.#connect(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        if (this.#stoppedBy !== null) {
          socket.destroy();
          return callback(new Error('The call was given up'), null);
        }
        this.#established = true;
        callback(null, socket);
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
