import { expect } from 'vitest';
import type { Answer, Client } from './client.ts';
import { openClient } from './client.ts';

/** What the page of a connect session calls, as the page does. */
export interface ConnectPage {
  readonly id: string;
  readonly url: string;
  readonly token: string;
  get(path?: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Follows an authorization by long polls until it ends. */
  finish(id: string): Promise<Answer['body']>;
}

const unfinished = ['awaiting_consent', 'queued', 'running'];

/** Makes a connect session as a product's back end does. */
export async function openConnectPage(admin: Client, session: object = {}): Promise<ConnectPage> {
  const made = await admin.post('/v1/connect-sessions', session);
  expect(made.status, made.text).toBe(201);
  return connectPageAt(made.body);
}

export function connectPageAt({ id, url }: { id: string; url: string }): ConnectPage {
  const [base = '', token = ''] = url.split('/connect/session/');
  const client = openClient(base, null);
  const headers = { 'x-connect-session': token };
  const get: ConnectPage['get'] = (path = '') => client.get(`/v1/connect-session${path}`, { headers });
  return {
    id,
    url,
    token,
    get,
    finish: async (authorizationId) => {
      for (let polls = 0; polls < 8; polls += 1) {
        const { body } = await get(`/authorizations/${authorizationId}?wait=5`);
        if (!unfinished.includes(body.status)) return body;
      }
      throw new Error(`${authorizationId} does not end`);
    },
    post: (path, body, more = {}) =>
      client.post(`/v1/connect-session${path}`, body, { headers: { ...headers, ...more } }),
  };
}
