/** 1,000 leases at once, over four API processes, of one expired token of a strictly rotating provider. */
import { connect } from '../test/support/flows.ts';
import { openDeployment, type Deployment, type TransportKind } from '../test/support/processes.ts';
import { hasRedisServer } from '../test/support/services/local-redis.ts';
import { watchConnections } from '../test/support/watch-connections.ts';
import { percentiles } from './support/percentiles.ts';
import { printTable } from './support/print-table.ts';

const processes = { apis: 4, workers: 2 };
const leasesPerApi = 250;
const providerDelayMs = 3_000;
const rounds = 3;

const kinds: readonly TransportKind[] = hasRedisServer() ? ['postgres', 'redis'] : ['postgres'];
const rows: string[][] = [];
for (const kind of kinds) {
  const deployment = await openDeployment(kind);
  try {
    const first = await deployment.startApi();
    const others = await Promise.all(Array.from({ length: processes.apis - 1 }, () => deployment.startApi()));
    await Promise.all(Array.from({ length: processes.workers }, () => deployment.startWorker()));
    const apis = [first, ...others];
    const { credential } = await connect(deployment, { provider: 'sandbox' });
    for (let round = 1; round <= rounds; round += 1)
      rows.push([kind, String(round), ...(await measure(deployment, apis, credential.id))]);
  } finally {
    await deployment.close();
  }
}
printTable(
  `${processes.apis * leasesPerApi} leases of one expired token, ${processes.apis} API processes, the provider takes ${providerDelayMs} ms`,
  [
    'transport',
    'round',
    'served',
    'provider calls',
    'p50 ms',
    'p99 ms',
    'p99 / provider',
    'PostgreSQL open',
    'busy',
    'held',
  ],
  rows,
);
console.log(`
p99 / provider: the slowest leases against the time that the provider itself took. Connections are the peaks of all
processes together; held is how many kept a transaction open for more than half a second.`);

async function measure(
  { database, sandbox }: Deployment,
  apis: Awaited<ReturnType<Deployment['startApi']>>[],
  credentialId: string,
): Promise<string[]> {
  await database.superuser.query(
    `update credential set expires_at = now() - interval '1 minute' where id = $1`,
    [credentialId],
  );
  await sandbox.control.clearLog();
  await sandbox.control.addFault({
    provider: 'sandbox',
    endpoint: 'token.refresh',
    fault: 'delay',
    ms: providerDelayMs,
  });
  const connections = watchConnections(database);
  const answers = await Promise.all(
    Array.from({ length: leasesPerApi }, () => apis)
      .flat()
      .map(async ({ admin }) => {
        const started = performance.now();
        const { status, body } = await admin.post('/v1/leases', {
          provider: 'sandbox',
          credentialId,
          waitSeconds: 30,
        });
        return { status, token: body.accessToken, ms: performance.now() - started };
      }),
  );
  const peaks = await connections.stop();
  const calls = await sandbox.control.log({ endpoint: 'token.refresh' });
  const providerMs = calls.map(
    ({ arrivedAt, endedAt }) => Date.parse(endedAt ?? arrivedAt) - Date.parse(arrivedAt),
  );
  const { p50, p99 } = percentiles(answers.map(({ ms }) => ms));
  return [
    String(answers.filter(({ status, token }) => status === 200 && token === answers[0]?.token).length),
    String(calls.length),
    p50.toFixed(0),
    p99.toFixed(0),
    (p99 / Math.max(...providerMs)).toFixed(2),
    String(peaks.open),
    String(peaks.busy),
    String(peaks.held),
  ];
}
