/**
 * Whether the request can have reached the provider. `not_sent`: the connection, including TLS, was never
 * established, so sending again is safe. `unknown`: it was, and no complete answer came back.
 */
export type Sent = 'not_sent' | 'unknown';

export type OutboundReason =
  | 'refused_url'
  | 'refused_host'
  | 'refused_address'
  | 'refused_process'
  | 'connect_failed'
  | 'proxy_failed'
  | 'connect_timeout'
  | 'timeout'
  | 'aborted'
  | 'body_too_large'
  | 'connection_broken';

/** A call that brought no complete answer. The message names the host, never a path, a header or a body. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly sent: Sent;
  readonly reason: OutboundReason;

  constructor(sent: Sent, reason: OutboundReason, detail: string, cause?: unknown) {
    super(detail, cause === undefined ? {} : { cause });
    this.sent = sent;
    this.reason = reason;
  }

  /** The address itself is not allowed: trying again cannot help. */
  get refused(): boolean {
    return this.reason.startsWith('refused_');
  }
}
