import { send } from '../api/send.ts';
import type { Authorization, ConnectOutcome, ConnectSession } from './session.ts';

type Started = Authorization & { readonly authorizationUrl: string };

/** The requests of the page, one function each. They need no cookie, so that they work in a frame of another site. */
export function connectApi(token: string) {
  const headers = { 'x-connect-session': token };
  const root = '/v1/connect-session';
  const authorization = (id: string) => `${root}/authorizations/${encodeURIComponent(id)}`;
  return {
    read: async () => send<ConnectSession>('GET', root, { headers }),
    addKey: async (provider: string, fields: Readonly<Record<string, string>>) =>
      send<{ authorization: Authorization }>('POST', `${root}/credentials`, {
        headers,
        body: { provider, fields },
      }),
    /** Visits the provider in this tab. A window asks for itself. */
    start: async (provider: string) =>
      send<Started>('POST', `${root}/authorizations`, { headers, body: { provider, window: 'tab' } }),
    follow: async (id: string, wait: number, signal: AbortSignal) =>
      send<Authorization>('GET', authorization(id), { headers, query: { wait }, signal }),
    cancel: async (id: string) => send<Authorization>('POST', `${authorization(id)}/cancel`, { headers }),
    outcome: async (wait: number, signal?: AbortSignal) =>
      send<ConnectOutcome>('GET', `${root}/outcome`, { headers, query: { wait }, signal }),
    close: async (keep: boolean) =>
      send<ConnectOutcome>('POST', `${root}/close`, { headers, body: { keep } }),
  };
}

export type ConnectApi = ReturnType<typeof connectApi>;
