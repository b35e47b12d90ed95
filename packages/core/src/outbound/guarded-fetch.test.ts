import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { createGuardedFetch, type GuardedFetchOptions } from './guarded-fetch.ts';
import { OutboundError } from './outbound-error.ts';
import { refusingFetch } from './refusing-fetch.ts';

const open: { server: Server | TcpServer; sockets: Set<Socket> }[] = [];

afterEach(() => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
});

async function listen(server: Server | TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  open.push({ server, sockets });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}

async function httpOrigin(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(listener))}`;
}

function call(url: string, options: Partial<GuardedFetchOptions> = {}, signal?: AbortSignal) {
  const fetch = createGuardedFetch({ allowInsecure: [new URL(url).origin], ...options });
  return fetch({ method: 'GET', url, headers: { 'x-test': 'yes' } }, 'any_public', signal);
}

async function failureOf(promise: Promise<unknown>): Promise<OutboundError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof OutboundError) return error;
  throw new Error('The call was expected to fail', { cause: error });
}

describe('an answer', () => {
  test('comes back with status, headers and text', async () => {
    const origin = await httpOrigin((request, response) => {
      response
        .writeHead(201, { 'retry-after': '7' })
        .end(`${request.method} ${request.url} ${String(request.headers['x-test'])}`);
    });
    const answer = await call(`${origin}/a?b=c`);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Retry-After')).toBe('7');
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.text).toBe('GET /a?b=c yes');
  });

  test('B15: that is a redirect is an answer: nobody follows it', async () => {
    let requests = 0;
    const origin = await httpOrigin((_request, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect((await call(`${origin}/`)).status).toBe(307);
    expect(requests).toBe(1);
  });

  test('over two calls came over two connections', async () => {
    const ports = new Set<number | undefined>();
    const origin = await httpOrigin((request, response) => {
      ports.add(request.socket.remotePort);
      response.end();
    });
    const fetch = createGuardedFetch({ allowInsecure: [origin] });
    for (let count = 0; count < 2; count += 1) await fetch({ method: 'GET', url: origin }, 'any_public');
    expect(ports.size).toBe(2);
  });

  test('B16: of exactly the cap passes and one byte more is refused', async () => {
    const origin = await httpOrigin((request, response) => {
      response.end('x'.repeat(Number(request.url?.slice(1))));
    });
    expect((await call(`${origin}/65536`)).text).toHaveLength(65_536);
    expect(await failureOf(call(`${origin}/65537`))).toMatchObject({
      sent: 'unknown',
      reason: 'body_too_large',
    });
  });
});

describe('not_sent: nothing reached the provider when', () => {
  test('nobody listens', async () => {
    const port = await listen(createTcpServer());
    open.pop()?.server.close();
    expect(await failureOf(call(`http://127.0.0.1:${port}/`))).toMatchObject({
      sent: 'not_sent',
      reason: 'connect_failed',
    });
  });

  test('the name does not resolve', async () => {
    const notFound = new Error('ENOTFOUND');
    const resolve = () => Promise.reject(notFound);
    const error = await failureOf(call('https://nowhere.test/', { allowInsecure: [], resolve }));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'connect_failed' });
  });

  test('TLS fails', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('not TLS')));
    expect(await failureOf(call(`https://127.0.0.1:${port}/`))).toMatchObject({ sent: 'not_sent' });
  });

  test('TLS hangs until the connect timeout', async () => {
    const port = await listen(createTcpServer());
    const error = await failureOf(call(`https://127.0.0.1:${port}/`, { connectTimeoutMs: 30 }));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'connect_timeout' });
  });

  test('the caller gives up while the name is being resolved', async () => {
    const abort = new AbortController();
    const resolve = () => {
      abort.abort();
      return new Promise<never>(() => {});
    };
    const error = await failureOf(call('https://slow.test/', { allowInsecure: [], resolve }, abort.signal));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'aborted' });
  }, 2000);

  test('the caller had given up before', async () => {
    let requests = 0;
    const origin = await httpOrigin((_request, response) => {
      requests += 1;
      response.end();
    });
    const error = await failureOf(call(origin, {}, AbortSignal.abort()));
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'aborted' });
    expect(requests).toBe(0);
  });

  test.each(['127.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'fd00::1'])(
    'the name resolves to %s',
    async (address) => {
      const resolve = async () => [{ address, family: address.includes(':') ? 6 : 4 }];
      const error = await failureOf(call('https://rebound.test/', { allowInsecure: [], resolve }));
      expect(error).toMatchObject({ sent: 'not_sent', reason: 'refused_address' });
    },
  );

  test('the process is one that may not call out', async () => {
    const error = await failureOf(
      refusingFetch({ method: 'GET', url: 'https://api.test/secret' }, 'any_public'),
    );
    expect(error).toMatchObject({ sent: 'not_sent', reason: 'refused_process' });
    expect(error.message).not.toContain('secret');
  });
});

describe('unknown: the provider may have acted when', () => {
  test('the connection breaks after the request', async () => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
    expect(await failureOf(call(`http://127.0.0.1:${port}/`))).toMatchObject({
      sent: 'unknown',
      reason: 'connection_broken',
    });
  });

  test('the answer stops in the middle', async () => {
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"access';
    const port = await listen(createTcpServer((socket) => socket.once('data', () => socket.end(half))));
    expect(await failureOf(call(`http://127.0.0.1:${port}/`))).toMatchObject({
      sent: 'unknown',
      reason: 'connection_broken',
    });
  });

  test('no answer comes in time', async () => {
    const origin = await httpOrigin(() => {});
    expect(await failureOf(call(origin, { totalTimeoutMs: 50 }))).toMatchObject({
      sent: 'unknown',
      reason: 'timeout',
    });
  });

  test('the body drips beyond the total time', async () => {
    const origin = await httpOrigin((_request, response) => {
      response.write('{');
    });
    expect(await failureOf(call(origin, { totalTimeoutMs: 50 }))).toMatchObject({
      sent: 'unknown',
      reason: 'timeout',
    });
  });

  test('the caller gives up while it waits', async () => {
    const abort = new AbortController();
    const origin = await httpOrigin(() => abort.abort());
    expect(await failureOf(call(origin, {}, abort.signal))).toMatchObject({
      sent: 'unknown',
      reason: 'aborted',
    });
  });
});

test('the address that was checked is the one that is connected to, however the name answers later', async () => {
  const answers = [[{ address: '203.0.113.1', family: 4 }], [{ address: '127.0.0.1', family: 4 }]];
  let lookups = 0;
  const resolve = async () => answers[lookups++] ?? [];
  const error = await failureOf(call('https://rebound.test/', { allowInsecure: [], resolve }));
  expect(error.reason).toBe('refused_address');
  expect(lookups).toBe(1);
});

test('the log names host and status, and nothing of path, query or headers', async () => {
  const lines: string[] = [];
  const origin = await httpOrigin((_request, response) => response.end());
  const log = { debug: (data: object, message: string) => lines.push(JSON.stringify(data) + message) };
  await call(`${origin}/secret-path?secret-query=1`, { log });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('"status":200');
  expect(lines[0]).not.toMatch(/secret|yes/);
});

test('an answer that came while the process was paused past the deadline is read', async () => {
  // In a thread of its own: it answers while this one stands still.
  const server = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const server = require('node:http').createServer((request, response) => {
       parentPort.postMessage('arrived');
       setTimeout(() => response.end('the only valid token'), 100);
     });
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  try {
    const [port] = await once(server, 'message');
    const arrived = once(server, 'message');
    const answer = call(`http://127.0.0.1:${port}/`, { totalTimeoutMs: 400 });
    await arrived;
    const until = performance.now() + 900;
    while (performance.now() < until);
    expect(await answer).toMatchObject({ status: 200, text: 'the only valid token' });
  } finally {
    await server.terminate();
  }
});
