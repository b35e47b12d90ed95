/**
 * A process of its own that sends requests with wrong tokens at a steady rate, each token another one, and prints one
 * line of JSON at its end: how many were answered, by status. Requests are written to sockets as they are, so that the
 * flood costs the machine as little as it can.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3000' },
    'per-second': { type: 'string', default: '1000' },
    /** Addresses in X-Forwarded-For; 0: none is sent. */
    addresses: { type: 'string', default: '0' },
  },
});
const perSecond = Number(values['per-second']);
const addresses = Number(values.addresses);
const connections = 8;
const tickMs = 10;
const body = JSON.stringify({ provider: 'sandbox' });
const statuses = new Map<string, number>();
let sent = 0;
const over = new AbortController();

function open(): Socket {
  const socket = connect(Number(values.port), '127.0.0.1');
  socket.setNoDelay(true);
  socket.on('data', (data) => {
    for (const [, status = ''] of data.toString('latin1').matchAll(/HTTP\/1\.1 (\d{3})/g))
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  socket.on('error', (error) => {
    throw error;
  });
  return socket;
}

function request(): string {
  sent += 1;
  const forwarded =
    addresses === 0
      ? ''
      : `x-forwarded-for: 10.${(sent >> 16) & 255}.${((sent % addresses) >> 8) & 255}.${(sent % addresses) & 255}\r\n`;
  return (
    `POST /v1/leases HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer lk_${randomBytes(32).toString('base64url')}\r\n` +
    `${forwarded}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}

const sockets = Array.from({ length: connections }, open);
process.on('SIGTERM', () => {
  over.abort();
});
process.stdin.once('end', () => process.exit(1)).resume();
const begun = performance.now();
for (let tick = 0; !over.signal.aborted; tick += 1) {
  const due = Math.floor(((performance.now() - begun) / 1000) * perSecond) - sent;
  // What fell behind is not caught up with in one burst.
  for (let n = 0; n < Math.min(due, 5 * ((perSecond * tickMs) / 1000)); n += 1)
    sockets[(tick + n) % connections]?.write(request());
  await wait(tickMs);
}
const seconds = (performance.now() - begun) / 1000;
await wait(200);
console.log(JSON.stringify({ sent, seconds, statuses: Object.fromEntries(statuses) }));
process.exit(0);
