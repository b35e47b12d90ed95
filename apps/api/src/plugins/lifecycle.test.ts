import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { lifecyclePlugin } from './lifecycle.ts';

const api = Fastify({ forceCloseConnections: 'idle' });

afterEach(() => {
  api.server.closeAllConnections();
});

test('F54: a connection that never sent a request does not hold up the end', async () => {
  await api.register(lifecyclePlugin);
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as AddressInfo;
  const idle = connect(port, '127.0.0.1');
  await Promise.all([once(api.server, 'connection'), once(idle, 'connect')]);
  const ended = once(idle, 'close');
  await api.close();
  await ended;
  expect(api.server.listening).toBe(false);
});
