import { ClientSecretPost, None, type ClientAuth } from 'oauth4webapi';
import type { OAuth2Method } from '../providers/index.ts';
import type { OAuthClient } from './oauth2.ts';

/** The one way in which a client proves itself at a provider; a client without a secret only names itself. */
export function clientAuthentication(method: OAuth2Method, { clientSecret }: OAuthClient): ClientAuth {
  if (clientSecret === null || method.clientAuthentication === 'none') return None();
  if (method.clientAuthentication === 'client_secret_post') return ClientSecretPost(clientSecret.reveal());
  return (_server, client, _body, headers) => {
    const pair = `${formEncode(client.client_id)}:${formEncode(clientSecret.reveal())}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}

/**
 * RFC 6749 section 2.3.1 asks for form encoding, which leaves `-`, `_` and `.` alone. ClientSecretBasic of oauth4webapi
 * encodes them too, and providers that do not decode (Notion's client ids are UUIDs) would see another client.
 */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
