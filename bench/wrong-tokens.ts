/**
 * Leases with a valid token while 1,000 wrong tokens a second arrive, from one address and from many: how much slower
 * they are than without. The same flood against a bare server says what it costs the machine itself.
 */
import { parseArgs } from 'node:util';
import { addKey } from '../test/support/flows.ts';
import { openClient, type Client } from '../test/support/client.ts';
import { openDeployment, type ApiProcess } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { emptyLoad, leaseAsFastAsPossible, leaseSteadily, type LeaseLoad } from './support/lease-load.ts';
import { percentiles } from './support/percentiles.ts';
import { printTable } from './support/print-table.ts';
import { cpuSeconds } from './support/process-cpu.ts';
import { startFlood, startSide } from './support/side-process.ts';

const { values } = parseArgs({
  options: {
    'per-second': { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '4' },
    /** Leases per second of the steady load. */
    leases: { type: 'string', default: '60' },
    /** RATE_LIMITS of the API: the leases themselves may not be what is refused. */
    limits: { type: 'string', default: 'lease=off' },
  },
});
const seconds = Number(values.seconds);
const callers = 8;

interface Measured {
  readonly name: string;
  /** Where the flood goes; null: there is none. */
  readonly flood: { readonly to: 'bare server' | 'api'; readonly addresses: number } | null;
  readonly steady: LeaseLoad;
  readonly fast: LeaseLoad;
  /** Of the API, while the load is steady. */
  cpu: number;
  /** Of the bare server, meanwhile. */
  bareCpu: number;
  readonly statuses: Record<string, number>;
}

const measured = (name: string, flood: Measured['flood']): Measured => ({
  name,
  flood,
  steady: emptyLoad(),
  fast: emptyLoad(),
  cpu: 0,
  bareCpu: 0,
  statuses: {},
});

const deployment = await openDeployment(hasRedisServer() ? 'redis' : 'postgres');
const bare = startSide('./bare-server.ts');
try {
  const barePort = await bare.line();
  const [api] = await Promise.all([
    deployment.startApi({ TRUST_PROXY: '1', RATE_LIMITS: values.limits }),
    deployment.startWorker(),
  ]);
  await addKey(deployment, 'sandbox', { apiKey: 'sbx_valid_bench' });
  const made = await deployment.admin.post('/v1/service-tokens', { name: 'bench', role: 'runner' });
  const runner = openClient(api.url, made.body.token);
  const conditions = [
    measured('none', null),
    measured('bare server', { to: 'bare server', addresses: 0 }),
    measured('one address', { to: 'api', addresses: 0 }),
    measured('5,000 addresses', { to: 'api', addresses: 5_000 }),
  ];
  await leaseAsFastAsPossible(runner, { callers, seconds: 3 }, emptyLoad()); // nothing is compiled or connected yet
  // In turn, so that whatever else the machine does meets all of them.
  for (let round = 0; round < Number(values.rounds); round += 1)
    for (const condition of conditions) await measure(api, runner, barePort, condition);
  report(conditions);
} finally {
  await bare.end();
  await deployment.close();
}

async function measure(api: ApiProcess, runner: Client, barePort: string, into: Measured): Promise<void> {
  const { flood } = into;
  const port = flood?.to === 'api' ? new URL(api.url).port : barePort;
  const running =
    flood === null
      ? null
      : startFlood({ port, perSecond: Number(values['per-second']), addresses: flood.addresses });
  // It has to get going, and to use up the budget of its address: that first second is not what is asked about.
  if (running !== null) await leaseSteadily(runner, { perSecond: 10, seconds: 1.5 }, emptyLoad());
  const [before, bareBefore] = [cpuSeconds(api.pid), cpuSeconds(bare.pid)];
  await leaseSteadily(runner, { perSecond: Number(values.leases), seconds }, into.steady);
  into.cpu += cpuSeconds(api.pid) - before;
  into.bareCpu += cpuSeconds(bare.pid) - bareBefore;
  await leaseAsFastAsPossible(runner, { callers, seconds }, into.fast);
  const result = await running?.stop();
  for (const [status, count] of Object.entries(result?.statuses ?? {}))
    into.statuses[status] = (into.statuses[status] ?? 0) + count;
}

function report([none, ...floods]: Measured[]): void {
  if (none === undefined) return;
  const perSecond = ({ ms, seconds: took }: LeaseLoad) => ms.length / took;
  const cpuShare = ({ cpu, steady }: Measured) => cpu / steady.seconds;
  const forFlood = (one: Measured) =>
    one.flood?.to === 'api' ? cpuShare(one) - cpuShare(none) : one.bareCpu / one.steady.seconds;
  const ratio = (one: number, other: number) => (one / other).toFixed(2);
  printTable(
    `Leases while ${values['per-second']} wrong tokens a second go to …; ${values.rounds} rounds in turn`,
    [
      'flood',
      'refused',
      'steady p50 ms',
      'p50 / none',
      'p99 ms',
      'p99 / none',
      'as fast as possible, per second',
      '/ none',
      'API CPU %',
      'µs per wrong token',
      'left for leases / none',
      'flood answered',
    ],
    [none, ...floods].map((one) => {
      const [mine, base] = [percentiles(one.steady.ms), percentiles(none.steady.ms)];
      return [
        one.name,
        String(one.steady.refused + one.fast.refused),
        mine.p50.toFixed(1),
        ratio(mine.p50, base.p50),
        mine.p99.toFixed(1),
        ratio(mine.p99, base.p99),
        perSecond(one.fast).toFixed(0),
        ratio(perSecond(one.fast), perSecond(none.fast)),
        (100 * cpuShare(one)).toFixed(0),
        one.flood === null ? '' : ((1e6 * forFlood(one)) / Number(values['per-second'])).toFixed(0),
        one.flood?.to === 'api' ? (1 - forFlood(one)).toFixed(2) : '',
        Object.entries(one.statuses)
          .map(([status, count]) => `${count}×${status}`)
          .join(' '),
      ];
    }),
  );
  console.log(`
steady: ${values.leases} leases a second, whatever the answers take; API CPU: how much of a processor the API needs for them. bare server:
the same flood to a process that answers and does nothing else, so that the row is what it costs the machine itself, and its
µs are what Node needs to take in a request and to answer it. left for
leases: an API process has one processor; what a wrong token needs of it is missing for leases. It does not depend on what else
keeps the machine busy, as the other columns do.`);
}
