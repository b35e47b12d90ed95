/** A process that answers every request with the least that is an answer: what a flood costs the machine by itself. Prints its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const server = createServer((_request, response) => {
  response.writeHead(429, { 'content-length': 0 }).end();
});
await once(server.listen(0, '127.0.0.1'), 'listening');
console.log((server.address() as AddressInfo).port);
process.stdin.once('end', () => process.exit(0)).resume();
