import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openClient } from './client.ts';
import { adminToken, startStack, type Stack } from './stack.ts';

/** Somebody else's host, which has the product under a path. */
export interface HostedStack {
  /** Its `url` is the path on that host, as people and programs know it. */
  readonly stack: Stack;
  readonly path: string;
  /** Where the API itself listens. */
  readonly directUrl: string;
  /** What was asked of the host beside the path. */
  readonly strays: readonly string[];
  close(): Promise<void>;
}

interface HostedOptions {
  readonly path: string;
  /** Whether the proxy takes the path off, as nginx does with `proxy_pass http://host/;`, or leaves it on. */
  readonly strips: boolean;
  readonly options?: Parameters<typeof startStack>[0];
}

/** The whole product behind a reverse proxy that passes on one path, and answers 404 to everything else. */
export async function startHostedStack({ path, strips, options = {} }: HostedOptions): Promise<HostedStack> {
  const strays: string[] = [];
  let target = '';
  const proxy = createServer((request, response) => {
    const url = request.url ?? '';
    if (url !== path && !url.startsWith(`${path}/`)) {
      strays.push(`${request.method} ${url}`);
      response.writeHead(404).end();
      return;
    }
    const passed = strips ? url.slice(path.length) || '/' : url;
    const { method, headers } = request;
    const onward = ask(target + passed, { method: method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      response.flushHeaders();
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}${path}`;
  const { env = {} } = options;
  const own = await startStack({
    ...options,
    env: (sandbox) => ({ PUBLIC_URL: url, ...(typeof env === 'function' ? env(sandbox) : env) }),
  });
  target = own.url;
  return {
    stack: { ...own, url, admin: openClient(url, adminToken), clientWith: (token) => openClient(url, token) },
    path,
    directUrl: own.url,
    strays,
    async close() {
      proxy.close();
      proxy.closeAllConnections();
      await own.close();
    },
  };
}
