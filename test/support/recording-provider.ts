import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startStack, type Stack } from './stack.ts';

/** A request as it came over the wire. */
interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly url: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly form: URLSearchParams;
}

type Respond = (response: ServerResponse, request: RecordedRequest) => void;

/** OAuth servers under `/<provider>/`, all at one address, that keep what they were sent, secrets included. */
export interface RecordingProvider {
  readonly origin: string;
  readonly requests: readonly RecordedRequest[];
  /** Those whose path ends like this. */
  to(end: string): RecordedRequest[];
  /** What the next request to a path that ends like this is answered. */
  once(end: string, respond: Respond): void;
}

/** What differs from an OAuth method with PKCE and Basic; `{origin}` stands for the server. */
export type Definitions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

async function startRecordingProvider() {
  const requests: RecordedRequest[] = [];
  const planned: { end: string; respond: Respond }[] = [];

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = incoming.url ?? '/';
    const body = await text(incoming);
    const { pathname: path } = new URL(url, 'http://recording.test');
    const { method = '', headers } = incoming;
    const request = { method, url, path, headers, body, form: new URLSearchParams(body) };
    requests.push(request);
    const at = planned.findIndex(({ end }) => path.endsWith(end));
    const respond = at < 0 ? answer : planned.splice(at, 1)[0]?.respond;
    respond?.(response, request);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: RecordingProvider = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    to: (end) => requests.filter(({ path }) => path.endsWith(end)),
    once: (end, respond) => void planned.push({ end, respond }),
  };
  return {
    ...provider,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Random from its first character on: a search for pieces of it must not find a word. */
const secret = () => randomBytes(32).toString('base64url');

function answer(response: ServerResponse, { path, url }: RecordedRequest): void {
  if (path.endsWith('/authorize')) {
    const asked = new URL(url, 'http://recording.test').searchParams;
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('state', asked.get('state') ?? '');
    back.searchParams.set('code', secret());
    response.writeHead(302, { location: back.href }).end();
    return;
  }
  const said = path.endsWith('/token')
    ? {
        access_token: secret(),
        refresh_token: secret(),
        token_type: 'bearer',
        expires_in: 3600,
        scope: 'read',
      }
    : { id: 'ada', name: 'Ada' };
  answerJson(response, 200, said);
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function definitionOf(id: string, origin: string, different: Readonly<Record<string, unknown>>): object {
  const root = `${origin}/${id}`;
  const { host } = new URL(origin);
  const account = { id: '/id', name: '/name' };
  const method = {
    type: 'oauth2',
    authorizationEndpoint: `${root}/authorize`,
    tokenEndpoint: `${root}/token`,
    revocationEndpoint: `${root}/revoke`,
    clientAuthentication: 'client_secret_basic',
    pkce: 'S256',
    scopes: ['read'],
    refresh: { rotation: 'rolling' },
    userinfo: { method: 'GET', url: `${root}/me`, account },
    ...different,
  };
  const authMethods = [JSON.parse(JSON.stringify(method).replaceAll('{origin}', origin))];
  return { id, label: id, docsUrl: 'https://recording.test/docs', allowedHosts: [host], authMethods };
}

/** The whole product with these providers from files, each with a default client `<id>-client`. */
export async function startRecordedStack(
  definitions: Definitions,
  options: { readonly env?: NodeJS.ProcessEnv; readonly onLog?: (line: string) => void } = {},
): Promise<{ stack: Stack; provider: RecordingProvider; close: () => Promise<void> }> {
  const provider = await startRecordingProvider();
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-recorded-'));
  const clients: Record<string, string> = {};
  for (const [id, different] of Object.entries(definitions)) {
    const definition = definitionOf(id, provider.origin, different);
    await writeFile(join(folder, `${id}.json`), JSON.stringify(definition));
    clients[`OAUTH_${id.toUpperCase()}_CLIENT_ID`] = `${id}-client`;
    clients[`OAUTH_${id.toUpperCase()}_CLIENT_SECRET`] = secret();
  }
  const { onLog, env } = options;
  const stack = await startStack({
    env: { PROVIDERS_DIR: folder, OUTBOUND_ALLOW_INSECURE: provider.origin, ...clients, ...env },
    ...(onLog === undefined ? {} : { onLog }),
  });
  return {
    stack,
    provider,
    async close() {
      await stack.close();
      await provider.close();
      await rm(folder, { recursive: true });
    },
  };
}
