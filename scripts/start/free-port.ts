import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Below the range that systems take the ports of outgoing connections from: one of those could come in between. */
const range = { from: 15_000, to: 32_000 };
const mostTries = 100;

/** A port of the loopback interface that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const server = createServer();
    try {
      server.listen(range.from + Math.floor(Math.random() * (range.to - range.from)), '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, 'close');
      return port;
    } catch (error) {
      if (tries === mostTries) throw error;
    }
  }
}

/** Why nobody can listen there, or null. */
export async function whyNotFree(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRINUSE' ? 'another program already listens there' : error.message);
    });
    server.listen(port, host, () => server.close(() => resolve(null)));
  });
}
