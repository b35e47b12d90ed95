/** Leases with rate limits and without: what counting costs the hot path, with Redis where there is one. */
import { parseArgs } from 'node:util';
import { openClient, type Client } from '../test/support/client.ts';
import { addKey } from '../test/support/flows.ts';
import { openDeployment, type ApiProcess } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { emptyLoad, leaseAsFastAsPossible, type LeaseLoad } from './support/lease-load.ts';
import { percentiles } from './support/percentiles.ts';
import { printTable } from './support/print-table.ts';
import { cpuSeconds } from './support/process-cpu.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '3' },
  },
});
const callers = 8;

interface Measured {
  readonly name: string;
  readonly api: ApiProcess;
  readonly runner: Client;
  readonly load: LeaseLoad;
  cpu: number;
}

const deployment = await openDeployment(hasRedisServer() ? 'redis' : 'postgres');
try {
  // Enough for what this machine can do, so that all are counted and none is refused.
  const counted = 'lease=1000000/60';
  const [off, on] = [
    await deployment.startApi({ RATE_LIMITS: 'off' }),
    await deployment.startApi({ RATE_LIMITS: counted }),
  ];
  await deployment.startWorker();
  await addKey(deployment, 'sandbox', { apiKey: 'sbx_valid_bench' });
  const made = await deployment.admin.post('/v1/service-tokens', { name: 'bench', role: 'runner' });
  const both = [
    measured('off', off, made.body.token),
    measured(`on${hasRedisServer() ? ', shared by Redis' : ''}`, on, made.body.token),
  ];
  for (const { runner } of both) await leaseAsFastAsPossible(runner, { callers, seconds: 4 }, emptyLoad());
  // In turn, and the other way round every second time: whatever else the machine does meets both.
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const one of round % 2 === 0 ? both : both.toReversed()) await measure(one);
  report(both);
} finally {
  await deployment.close();
}

function measured(name: string, api: ApiProcess, token: string): Measured {
  return { name, api, runner: openClient(api.url, token), load: emptyLoad(), cpu: 0 };
}

async function measure(one: Measured): Promise<void> {
  const before = cpuSeconds(one.api.pid);
  await leaseAsFastAsPossible(one.runner, { callers, seconds: Number(values.seconds) }, one.load);
  one.cpu += cpuSeconds(one.api.pid) - before;
}

function report([off, on]: Measured[]): void {
  if (off === undefined || on === undefined) return;
  const perSecond = ({ load: { ms, seconds } }: Measured) => ms.length / seconds;
  const cpuMs = ({ load: { ms }, cpu }: Measured) => (1000 * cpu) / ms.length;
  printTable(
    `Leases of a key, ${callers} at once, ${values.rounds} times ${values.seconds} s in turn`,
    ['limits', 'leases', 'refused', 'per second', '/ off', 'p50 / off', 'p99 / off', 'API CPU ms', '/ off'],
    [off, on].map((one) => {
      const [mine, base] = [percentiles(one.load.ms), percentiles(off.load.ms)];
      return [
        one.name,
        String(one.load.ms.length),
        String(one.load.refused),
        perSecond(one).toFixed(0),
        (perSecond(one) / perSecond(off)).toFixed(2),
        (mine.p50 / base.p50).toFixed(2),
        (mine.p99 / base.p99).toFixed(2),
        cpuMs(one).toFixed(2),
        (cpuMs(one) / cpuMs(off)).toFixed(2),
      ];
    }),
  );
  console.log(`
API CPU: processor time of the API process per lease, which does not depend on what else keeps the machine busy.`);
}
