import type { Pool, PoolClient } from 'pg';

/**
 * Gives a connection that the server cut in the middle of a transaction back to the pool. MikroORM's rollback fails on
 * it and then never releases it: after as many cuts as the pool has places, a process could not open a connection.
 */
export function releaseCutConnections(pool: Pool): void {
  // pg-pool emits `acquire` before it sets the client's `release`.
  pool.on('acquire', (client) => queueMicrotask(() => releaseWhenCut(client)));
}

function releaseWhenCut(client: PoolClient): void {
  const release = client.release.bind(client);
  const drop = () => client.release(true);
  client.release = (destroy) => {
    client.removeListener('end', drop);
    client.release = () => undefined;
    release(destroy);
  };
  client.once('end', drop);
}
