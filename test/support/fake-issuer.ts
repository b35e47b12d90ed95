import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Claims = Readonly<Record<string, unknown>>;

/** What the next sign-in at the issuer is like. */
interface Person {
  /** Over the right claims of `Ada`; undefined removes one. */
  readonly claims?: Claims;
  /** What happens to the signed token before it is sent. */
  readonly tamper?: (idToken: string) => string;
  readonly key?: KeyObject;
}

/** An OpenID Connect issuer that says whatever a test wants; it checks state-less what it must: client and PKCE. */
export interface FakeIssuer {
  readonly url: string;
  readonly client: { readonly id: string; readonly secret: string };
  /** Requests to the token endpoint that were granted. */
  readonly granted: number;
  nextPerson(person: Person): void;
  close(): Promise<void>;
}

export function newSigningKey() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export function signToken(claims: Claims, key: KeyObject, alg = 'RS256'): string {
  const text = `${encode({ alg, kid: 'one' })}.${encode(claims)}`;
  return `${text}.${alg === 'none' ? '' : sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

export async function startFakeIssuer(): Promise<FakeIssuer> {
  const { publicKey, privateKey } = newSigningKey();
  const client = { id: 'console', secret: 'console-secret' };
  const codes = new Map<string, URLSearchParams>();
  let person: Person = {};
  let granted = 0;
  let url = '';
  const answers: Record<string, (request: IncomingMessage, query: URLSearchParams) => Promise<unknown>> = {
    '/.well-known/openid-configuration': async () => ({
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/jwks`,
      response_types_supported: ['code'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/jwks': async () => ({
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }],
    }),
    '/token': async (request) => {
      const form = new URLSearchParams(await read(request));
      const asked = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      const basic = `Basic ${btoa(`${client.id}:${client.secret}`)}`;
      if (asked?.get('code_challenge') !== challenge || request.headers.authorization !== basic) return null;
      granted += 1;
      const now = Math.floor(Date.now() / 1000);
      const right = {
        iss: url,
        aud: client.id,
        sub: 'ada',
        iat: now,
        exp: now + 300,
        nonce: asked.get('nonce'),
      };
      const told = { email: 'ada@example.test', email_verified: true };
      const { claims = {}, tamper = (token) => token, key = privateKey } = person;
      const idToken = tamper(signToken({ ...right, ...told, ...claims }, key));
      return { access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: idToken };
    },
  };
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    if (pathname === '/authorize') {
      const code = randomBytes(16).toString('hex');
      codes.set(code, searchParams);
      const back = new URL(searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', searchParams.get('state') ?? '');
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    const body = await answers[pathname]?.(request, searchParams);
    response.writeHead(body ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    client,
    get granted() {
      return granted;
    },
    nextPerson: (next) => {
      person = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
