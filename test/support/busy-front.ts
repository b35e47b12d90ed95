import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What stands before a provider and may be too busy to pass a refresh on. */
export interface BusyFront {
  readonly url: string;
  /** Everything else goes to this origin. */
  passOnTo(target: string): void;
  /** Answers the next refresh with 503 and this `Retry-After`. */
  refuseOnce(retryAfterSeconds: number): void;
  /** When refreshes arrived, in milliseconds; the refused ones too. */
  arrivals(): readonly number[];
  close(): Promise<void>;
}

/** @param root path of the one provider whose refreshes are counted and refused */
export async function startBusyFront(root: string): Promise<BusyFront> {
  const arrivals: number[] = [];
  const refusals: number[] = [];
  let origin = '';

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const isRefresh = new URLSearchParams(body).get('grant_type') === 'refresh_token';
    if (isRefresh && request.url?.startsWith(root)) {
      arrivals.push(Date.now());
      const seconds = refusals.shift();
      if (seconds !== undefined) {
        response.writeHead(503, { 'retry-after': String(seconds) }).end('busy');
        return;
      }
    }
    const { authorization, 'content-type': type } = request.headers;
    const answer = await fetch(origin + (request.url ?? ''), {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === '' ? {} : { body }),
    });
    const passedOn = ['content-type', 'location', 'retry-after'].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(answer.status, Object.fromEntries(passedOn));
    response.end(await answer.text());
  }

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    passOnTo: (target) => void (origin = target),
    refuseOnce: (seconds) => void refusals.push(seconds),
    arrivals: () => arrivals,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
