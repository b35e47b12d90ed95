import { openClient, type Client } from '../../test/support/client.ts';
import { addKey } from '../../test/support/flows.ts';
import { openDeployment, type ApiProcess } from '../../test/support/processes.ts';
import { hasRedisServer } from '../../test/support/services/local-redis.ts';
import { emptyLoad, leaseAsFastAsPossible, type LeaseLoad } from './lease-load.ts';
import { percentiles } from './percentiles.ts';
import { printTable } from './print-table.ts';
import { cpuSeconds } from './process-cpu.ts';

const callers = 8;

/** API processes that differ in their environment alone. */
export interface Variant {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Measured {
  readonly name: string;
  readonly api: ApiProcess;
  readonly runner: Client;
  readonly load: LeaseLoad;
  cpu: number;
}

/** Leases from each variant in turn, on one database, with the first as the baseline. With Redis where there is one. */
export async function compareApis(
  what: string,
  variants: readonly Variant[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<void> {
  const deployment = await openDeployment(hasRedisServer() ? 'redis' : 'postgres');
  try {
    const apis = await Promise.all(variants.map(({ env }) => deployment.startApi(env)));
    await deployment.startWorker();
    await addKey(deployment, 'sandbox', { apiKey: 'sbx_valid_bench' });
    const made = await deployment.admin.post('/v1/service-tokens', { name: 'bench', role: 'runner' });
    const all = apis.map((api, index): Measured => {
      const runner = openClient(api.url, made.body.token);
      return { name: variants[index]?.name ?? '', api, runner, load: emptyLoad(), cpu: 0 };
    });
    for (const { runner } of all) await leaseAsFastAsPossible(runner, { callers, seconds: 4 }, emptyLoad());
    // In turn, and the other way round every second time: whatever else the machine does meets all of them.
    for (let round = 0; round < rounds; round += 1)
      for (const one of round % 2 === 0 ? all : all.toReversed()) await measure(one, seconds);
    report(`Leases of a key, ${callers} at once, ${rounds} times ${seconds} s in turn`, what, all);
  } finally {
    await deployment.close();
  }
}

async function measure(one: Measured, seconds: number): Promise<void> {
  const before = cpuSeconds(one.api.pid);
  await leaseAsFastAsPossible(one.runner, { callers, seconds }, one.load);
  one.cpu += cpuSeconds(one.api.pid) - before;
}

function report(title: string, what: string, all: readonly Measured[]): void {
  const [first] = all;
  if (first === undefined) return;
  const perSecond = ({ load: { ms, seconds } }: Measured) => ms.length / seconds;
  const cpuMs = ({ load: { ms }, cpu }: Measured) => (1000 * cpu) / ms.length;
  const base = percentiles(first.load.ms);
  printTable(
    title,
    [
      what,
      'leases',
      'refused',
      'per second',
      '/ first',
      'p50 / first',
      'p99 / first',
      'API CPU ms',
      '/ first',
    ],
    all.map((one) => {
      const mine = percentiles(one.load.ms);
      return [
        one.name,
        String(one.load.ms.length),
        String(one.load.refused),
        perSecond(one).toFixed(0),
        (perSecond(one) / perSecond(first)).toFixed(2),
        (mine.p50 / base.p50).toFixed(2),
        (mine.p99 / base.p99).toFixed(2),
        cpuMs(one).toFixed(2),
        (cpuMs(one) / cpuMs(first)).toFixed(2),
      ];
    }),
  );
  console.log(`
API CPU: processor time of the API process per lease, which does not depend on what else keeps the machine busy.`);
}
