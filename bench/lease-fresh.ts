/** Leases of a token that is good for long enough, with Redis and without: what an outage of Redis costs them. */
import { connect } from '../test/support/flows.ts';
import { eventually } from '../test/support/eventually.ts';
import { openDeployment, type Deployment } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { percentiles } from './support/percentiles.ts';
import { printTable } from './support/print-table.ts';

const leases = 2_000;
const callers = 16;
const rounds = 3;

interface Measured {
  readonly ms: number[];
  seconds: number;
  refused: number;
}

if (hasRedisServer()) {
  const deployment = await openDeployment('redis');
  try {
    await measureBoth(deployment);
  } finally {
    await deployment.close();
  }
} else {
  console.log('There is no redis-server on this machine: nothing to compare.');
}

async function measureBoth(deployment: Deployment): Promise<void> {
  const { admin, redis, sandbox } = deployment;
  await Promise.all([deployment.startApi(), deployment.startWorker()]);
  await sandbox.control.updateSettings({ accessTokenTtlSeconds: 86_400 });
  await connect(deployment, { provider: 'sandbox' });
  const readiness = (status: string) =>
    eventually(async () => (await admin.get('/readyz')).body.status === status, {
      describe: `/readyz says ${status}`,
      timeoutMs: 30_000,
    });
  await lease(deployment, empty()); // the first ones are slower: nothing is compiled or connected yet
  const up = empty();
  const down = empty();
  for (let round = 0; round < rounds; round += 1) {
    await lease(deployment, up);
    await redis?.kill();
    await readiness('degraded');
    await lease(deployment, down);
    await redis?.start();
    await readiness('ready');
  }
  printTable(
    `${rounds} times ${leases} leases of a fresh token, ${callers} at once, one API process`,
    ['Redis', 'refused', 'per second', 'p50 ms', 'p99 ms', 'p50 / up', 'p99 / up', 'per second / up'],
    [row('up', up, up), row('down', down, up)],
  );
}

function empty(): Measured {
  return { ms: [], seconds: 0, refused: 0 };
}

async function lease({ admin }: Deployment, into: Measured): Promise<void> {
  const begun = performance.now();
  let left = leases;
  const call = async () => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      const { status } = await admin.post('/v1/leases', { provider: 'sandbox' });
      into.ms.push(performance.now() - started);
      if (status !== 200) into.refused += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  into.seconds += (performance.now() - begun) / 1000;
}

function row(name: string, one: Measured, up: Measured): string[] {
  const [mine, baseline] = [percentiles(one.ms), percentiles(up.ms)];
  const perSecond = ({ ms, seconds }: Measured) => ms.length / seconds;
  return [
    name,
    String(one.refused),
    perSecond(one).toFixed(0),
    mine.p50.toFixed(1),
    mine.p99.toFixed(1),
    (mine.p50 / baseline.p50).toFixed(2),
    (mine.p99 / baseline.p99).toFixed(2),
    (perSecond(one) / perSecond(up)).toFixed(2),
  ];
}
