import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { hasOpenssl, makeCertificate } from '../testing/certificate.ts';
import { createGuardedFetch, OutboundError, type AllowedHosts, type GuardedFetchOptions } from './index.ts';

if (!hasOpenssl) process.stderr.write('skipped without openssl: calls through an outbound proxy\n');

const open = new Set<{ destroy(): unknown } | { close(): unknown }>();

afterEach(() => {
  for (const each of open) if ('destroy' in each) each.destroy();
  for (const each of open) if ('close' in each) each.close();
  open.clear();
});

async function listen(server: Server | TcpServer): Promise<number> {
  open.add(server);
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe.skipIf(!hasOpenssl)('a call through an outbound proxy', () => {
  let key: string;
  let cert: string;
  const trusted = getCACertificates('default');

  beforeAll(() => {
    ({ key, cert } = makeCertificate(['provider.test', 'typed.test']));
    setDefaultCACertificates([...trusted, cert]);
  });

  afterAll(() => {
    setDefaultCACertificates(trusted);
  });

  let asked: { authority: string | undefined; authorization: string | undefined }[];
  let received: string[];
  let providerPort: number;

  beforeEach(async () => {
    asked = [];
    received = [];
    const answer: RequestListener = ({ method, url, headers }, response) => {
      received.push(`${method} ${url} ${headers.host}`);
      response.end('from the provider');
    };
    providerPort = await listen(createTlsServer({ key, cert }, answer));
  });

  /** A proxy on which every name leads to the provider. @param refusal answers that instead of opening a tunnel */
  async function startProxy(refusal?: string): Promise<string> {
    const proxy = createServer();
    proxy.on('connect', ({ url, headers }: IncomingMessage, socket: Socket) => {
      asked.push({ authority: url, authorization: headers['proxy-authorization'] });
      if (refusal !== undefined) return socket.end(refusal);
      const onward = connect(providerPort, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      open.add(onward);
      return onward.on('error', () => socket.destroy());
    });
    return `http://127.0.0.1:${await listen(proxy)}`;
  }

  function call(
    url: string,
    proxyOrigin: string,
    { hosts = ['provider.test'], ...options }: Partial<GuardedFetchOptions> & { hosts?: AllowedHosts } = {},
  ) {
    const proxy = { origin: proxyOrigin, credentials: new Secret('latchkey:pass:word') };
    const fetch = createGuardedFetch({ allowInsecure: [], proxy, ...options });
    return fetch({ method: 'GET', url }, hosts);
  }

  const failureOf = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail('the call was expected to fail'),
      (error: unknown) => error as OutboundError,
    );

  const unasked = async () => expect.fail('the name was resolved here');

  test('reaches a provider by its name, which the proxy resolves, and TLS goes to the provider', async () => {
    const answer = await call('https://provider.test/a?b=c', await startProxy(), { resolve: unasked });
    expect(answer).toMatchObject({ status: 200, text: 'from the provider' });
    expect(received).toEqual(['GET /a?b=c provider.test']);
    const basic = `Basic ${Buffer.from('latchkey:pass:word').toString('base64')}`;
    expect(asked).toEqual([{ authority: 'provider.test:443', authorization: basic }]);
  });

  test('names the address that was checked for a host that a person typed', async () => {
    const resolve = async () => [
      { address: '10.0.0.1', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ];
    const answer = await call('https://typed.test:8443/', await startProxy(), {
      hosts: 'any_public',
      resolve,
    });
    expect(answer.status).toBe(200);
    expect(received).toEqual(['GET / typed.test:8443']);
    expect(asked.map(({ authority }) => authority)).toEqual(['[2606:4700::1]:8443']);
  });

  test('does not carry a typed name to an address inside: the proxy is not even asked', async () => {
    const resolve = async () => [{ address: '169.254.169.254', family: 4 }];
    const error = await failureOf(
      call('https://typed.test/', await startProxy(), { hosts: 'any_public', resolve }),
    );
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'refused_address' });
    expect(asked).toEqual([]);
  });

  test('checks the certificate of the provider', async () => {
    const error = await failureOf(call('https://other.test/', await startProxy(), { hosts: ['other.test'] }));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'connect_failed' });
    expect(received).toEqual([]);
  });

  test.each([
    ['HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n', 'answered 407'],
    ['HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n', 'answered 502'],
    ['HTTP/1.1 200 OK\r\n\r\nhello', 'spoke before it was asked'],
    ['nonsense', 'cannot be reached'],
  ])('is not sent when the proxy answers %j', async (refusal, what) => {
    const error = await failureOf(call('https://provider.test/', await startProxy(refusal)));
    expect(error).toBeInstanceOf(OutboundError);
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'proxy_failed' });
    expect(error.message).toContain(what);
    expect(error.message).not.toMatch(/pass|word/);
  });

  test('is not sent when nobody listens at the proxy', async () => {
    const error = await failureOf(call('https://provider.test/', 'http://127.0.0.1:1'));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'proxy_failed' });
  });

  test('is given up, not sent, when the proxy hangs', async () => {
    const port = await listen(createServer().on('connect', () => {}));
    const error = await failureOf(
      call('https://provider.test/', `http://127.0.0.1:${port}`, { connectTimeoutMs: 50 }),
    );
    expect(error).toMatchObject({ sent: 'not_sent' });
    expect(['connect_timeout', 'proxy_failed']).toContain(error.reason);
  });

  test('goes directly to an origin that the operator declared insecure', async () => {
    const port = await listen(createServer((_request, response) => response.end('inside')));
    const origin = `http://127.0.0.1:${port}`;
    const answer = await call(origin, await startProxy(), { hosts: 'any_public', allowInsecure: [origin] });
    expect(answer.text).toBe('inside');
    expect(asked).toEqual([]);
  });
});
