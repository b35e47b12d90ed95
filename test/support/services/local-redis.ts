import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../scripts/start/free-port.ts';
import { guarded } from '../../../scripts/start/guarded.ts';
import { startPart } from '../../../scripts/start/part.ts';
import { eventually } from '../eventually.ts';
import type { Service } from './services.ts';

/** Whether this machine has a `redis-server` on its PATH. */
export function hasRedisServer(): boolean {
  return spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
}

/** A `redis-server` of this machine on a free port, or null when it has none. */
export async function startLocalRedis(): Promise<Service | null> {
  if (!hasRedisServer()) return null;
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-redis-'));
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    directory,
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  const part = startPart({
    name: 'redis',
    args: guarded({ stopSignal: 'SIGTERM', command: ['redis-server', ...options] }),
    env: process.env,
    onLine: () => {},
  });
  await eventually(() => canConnect(port), { describe: `redis-server accepts connections on port ${port}` });
  return {
    url: `redis://127.0.0.1:${port}`,
    note: 'a redis-server of this machine, on a port of its own',
    async close() {
      await part.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
