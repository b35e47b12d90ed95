import { call } from './call.ts';

/** An address at which one person makes one connection. */
export interface ConnectLink {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** A page on which somebody without an account here connects this credential again. */
export function makeReconnectLink(credentialId: string): Promise<ConnectLink> {
  return call('POST', '/v1/connect-sessions', { body: { credentialId } });
}
