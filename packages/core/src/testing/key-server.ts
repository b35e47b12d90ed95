import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface KeyServerAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What goes wrong: an answer instead of the right one, or none at all. */
export type KeyServerFault = KeyServerAnswer | 'hang' | 'garbage';

/** A key service on this machine, with keys that encrypt, which a test can spoil. */
export interface KeyServer {
  readonly url: string;
  /** How many requests came. */
  calls(): number;
  /** The most that were under way at once since `forget`. */
  mostAtOnce(): number;
  forget(): void;
  /** What it was asked to encrypt or has decrypted, in base64: secrets that must be nowhere else. */
  readonly seen: ReadonlySet<string>;
  /** Spoils the next requests, all of them unless `times` says how many; null: none any more. */
  spoil(fault: KeyServerFault | null, times?: number): void;
  /** Nobody listens any more, and what was connected is cut off. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

/** Answers one request. `see` is told each plaintext. */
export type KeyServerHandler = (
  request: IncomingMessage,
  body: string,
  see: (plaintext: Buffer) => void,
) => KeyServerAnswer;

/** A certificate for this machine and its key, PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** @param tls plain http without it */
export async function startKeyServer(
  handle: KeyServerHandler,
  tls: TlsPair | null = null,
): Promise<KeyServer> {
  let [calls, underWay, mostAtOnce, spoiled] = [0, 0, 0, 0];
  let fault: KeyServerFault | null = null;
  const seen = new Set<string>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    calls += 1;
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    response.once('close', () => {
      underWay -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    // Those that come together are under way together.
    await new Promise((resolve) => setImmediate(resolve));
    const effect = spoiled > 0 ? fault : null;
    if (effect !== null) spoiled -= 1;
    if (effect === 'hang') return;
    if (effect === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Bad Gateway');
      return;
    }
    const see = (plaintext: Buffer) => seen.add(plaintext.toString('base64'));
    const { status, type, body } = effect ?? handle(request, Buffer.concat(chunks).toString('utf8'), see);
    response.writeHead(status, { 'content-type': type }).end(body);
  }

  const listen = async (port: number): Promise<Server> => {
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      serve(request, response).catch(() => response.destroy());
    };
    const server = tls === null ? createServer(answer) : createTlsServer(tls, answer);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const stop = async (server: Server) => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  let server: Server | null = await listen(0);
  const { port } = server.address() as AddressInfo;
  const goAway = async () => {
    if (server !== null) await stop(server);
    server = null;
  };
  return {
    url: `${tls === null ? 'http' : 'https'}://127.0.0.1:${port}`,
    calls: () => calls,
    mostAtOnce: () => mostAtOnce,
    forget() {
      [calls, mostAtOnce] = [0, 0];
    },
    seen,
    spoil(effect, times = Infinity) {
      fault = effect;
      spoiled = effect === null ? 0 : times;
    },
    goAway,
    async comeBack() {
      server ??= await listen(port);
    },
    close: goAway,
  };
}
