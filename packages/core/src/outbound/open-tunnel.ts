import { request as httpRequest, type ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Secret } from '../secret.ts';
import { OutboundError } from './outbound-error.ts';

/** A forward proxy that calls to providers have to go through. */
export interface OutboundProxy {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** `user:password` for the scheme Basic (RFC 7617); null: the proxy asks for none. */
  readonly credentials: Secret | null;
}

interface Tunnel {
  /** `host:port` of the other end; the host may be an address. */
  readonly authority: string;
  readonly timeoutMs: number;
}

/**
 * Opens a tunnel by CONNECT (RFC 9110, section 9.3.6). What goes through it is TLS with the provider, which the proxy
 * cannot read.
 * @throws OutboundError `not_sent` when the proxy cannot be reached, refuses or takes longer than `timeoutMs`
 */
export function openTunnel(proxy: OutboundProxy, { authority, timeoutMs }: Tunnel): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const fail = (what: string, cause?: unknown) =>
    reject(new OutboundError('not_sent', 'proxy_failed', `${authority}: the outbound proxy ${what}`, cause));
  const connect = ask(proxy, authority, timeoutMs);
  connect.on('connect', ({ statusCode }, socket: Socket, head: Buffer) => {
    socket.setTimeout(0);
    if (statusCode === 200 && head.length === 0) return resolve(socket);
    socket.destroy();
    fail(statusCode === 200 ? 'spoke before it was asked' : `answered ${statusCode}`);
  });
  connect.on('response', ({ statusCode }) => {
    connect.destroy();
    fail(`answered ${statusCode}`);
  });
  connect.on('timeout', () => connect.destroy(new Error('timeout')));
  connect.on('error', (error) => fail('cannot be reached', error));
  connect.end();
  return promise;
}

function ask({ origin, credentials }: OutboundProxy, authority: string, timeout: number): ClientRequest {
  const request = origin.startsWith('https:') ? httpsRequest : httpRequest;
  const basic = credentials === null ? null : Buffer.from(credentials.reveal()).toString('base64');
  return request(origin, {
    method: 'CONNECT',
    path: authority,
    agent: false,
    timeout,
    rejectUnauthorized: true,
    headers: { host: authority, ...(basic === null ? {} : { 'proxy-authorization': `Basic ${basic}` }) },
  });
}
