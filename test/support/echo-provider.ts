import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Canaries } from './canaries.ts';

/** How the provider spoils its answer: with everything it was sent. */
export type Echo = 'nowhere' | 'json' | 'html' | 'headers' | 'redirect' | 'account';

/** An answer byte for byte. `cut`: only so much of it is sent before the connection ends. */
export interface RawAnswer {
  readonly head: string;
  readonly body: Buffer;
  readonly cut: number | null;
}

interface Options {
  readonly id?: string;
  readonly rotation?: 'none' | 'rolling' | 'grace' | 'strict';
}

export interface EchoProvider {
  readonly origin: string;
  /** A definition for `PROVIDERS_DIR`. */
  readonly definition: object;
  /** What happens to the next calls. */
  answer(status: number, echo: Echo, error?: string): void;
  /** What every endpoint but the consent page answers from now on, made from what was sent to it; null: as before. */
  answerRaw(make: ((path: string, sent: readonly string[]) => RawAnswer | null) | null): void;
  /** How many requests an endpoint has had. */
  requests(path: string): number;
  close(): Promise<void>;
}

/** A provider that repeats secrets in its errors, as some do. Its tokens and codes are canaries. */
export async function startEchoProvider(
  canaries: Canaries,
  { id = 'echo', rotation = 'rolling' }: Options = {},
): Promise<EchoProvider> {
  let mode: { status: number; echo: Echo; error: string } = { status: 200, echo: 'nowhere', error: '' };
  let makeRaw: Parameters<EchoProvider['answerRaw']>[0] = null;
  const counts = new Map<string, number>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://echo.test');
    const body = await text(request);
    counts.set(url.pathname, (counts.get(url.pathname) ?? 0) + 1);
    if (url.pathname === '/authorize') {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      back.searchParams.set('code', canaries.make('authorization code'));
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const verifier = new URLSearchParams(body).get('code_verifier');
    if (verifier !== null) canaries.watch('PKCE verifier', verifier);
    const raw = makeRaw?.(url.pathname, said(request, body)) ?? null;
    if (raw !== null) {
      const bytes = Buffer.concat([Buffer.from(raw.head, 'latin1'), raw.body]);
      request.socket.end(raw.cut === null ? bytes : bytes.subarray(0, raw.cut));
      return;
    }
    const { status, echo, error } = mode;
    const sent = said(request, body);
    if (echo === 'html')
      response.writeHead(status, { 'content-type': 'text/html' }).end(`<h1>${sent.join('</h1><h1>')}</h1>`);
    else if (echo === 'headers')
      response.writeHead(status, { 'www-authenticate': sent.join(' '), 'x-error': sent.join(' ') }).end('{}');
    else if (echo === 'redirect')
      response.writeHead(302, { location: `/again?sent=${encodeURIComponent(sent.join(' '))}` }).end();
    else {
      const spoiled = { error, error_description: sent.join(' '), message: sent.join('; '), sent };
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          echo === 'json' ? spoiled : good(url.pathname, echo === 'account' ? sent.join(' ') : 'Echo'),
        ),
      );
    }
  }

  function good(path: string, name: string): object {
    if (path !== '/token') return { id: name, name };
    return {
      access_token: canaries.make('access token of the echo provider'),
      refresh_token: canaries.make('refresh token of the echo provider'),
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'read',
    };
  }

  const server = createServer(
    (request, response) =>
      void handle(request, response).catch((error: unknown) => response.destroy(error as Error)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `http://${host}`;
  return {
    origin,
    definition: definitionFor({ origin, host, id, rotation }),
    answer: (status, echo, error = 'invalid_grant') => {
      mode = { status, echo, error };
    },
    answerRaw: (make) => {
      makeRaw = make;
    },
    requests: (path) => counts.get(path) ?? 0,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The request in every form in which a server may quote it. */
function said({ headers, url = '' }: IncomingMessage, body: string): string[] {
  const { authorization = '' } = headers;
  const basic = authorization.startsWith('Basic ')
    ? [Buffer.from(authorization.slice(6), 'base64').toString()]
    : [];
  return [authorization, ...basic, url, body, ...new URLSearchParams(body).values()].filter(
    (part) => part !== '',
  );
}

function definitionFor({
  origin,
  host,
  id,
  rotation,
}: Required<Options> & { origin: string; host: string }): object {
  const account = { id: '/id', name: '/name' };
  return {
    id,
    label: 'Echo',
    docsUrl: 'https://echo.test/docs',
    allowedHosts: [host],
    authMethods: [
      {
        type: 'api_key',
        fields: [{ name: 'apiKey', label: 'API key', secret: true, required: true }],
        validate: {
          method: 'GET',
          url: `${origin}/me`,
          headers: { authorization: 'Bearer {{apiKey}}' },
          accepted: [200],
          rejected: [401, 403],
          account,
        },
      },
      {
        type: 'oauth2',
        authorizationEndpoint: `${origin}/authorize`,
        tokenEndpoint: `${origin}/token`,
        revocationEndpoint: `${origin}/revoke`,
        issuer: null,
        clientAuthentication: 'client_secret_basic',
        pkce: 'S256',
        scopes: ['read'],
        refresh: { rotation, ...(rotation === 'grace' ? { graceSeconds: 60 } : {}) },
        userinfo: { method: 'GET', url: `${origin}/me`, account },
      },
    ],
  };
}
