import { crashPoints, type CrashPoint } from '@latchkey/core/crash-point.ts';
import { describe, expect, it } from 'vitest';
import { converge } from '../support/converge.ts';
import { cutDatabase } from '../support/cut-database.ts';
import { openLabDeployment, type LabDeployment } from '../support/lab-deployment.ts';
import { labProviders, type LabProvider } from '../support/lab-providers.ts';
import { readOutcomeTable } from '../support/outcome-table.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';

/** The access token of the strict one ends soon, so that a late presentation is soon. */
const shortLifeSeconds = 45;

describe('A worker is killed at a step of a refresh and another one starts: docs/refresh-outcomes.md', () => {
  const table = readOutcomeTable();
  const kind = (at: number) => (at % 2 === 0 && hasRedisServer() ? 'redis' : 'postgres');

  it.concurrent.each(crashPoints.map((point, at) => [point, kind(at)] as const))(
    '%s (%s)',
    { timeout: 240_000 },
    async (point, transport) => {
      const deployment = await openLabDeployment(transport);
      try {
        const credentials = await connectAll(deployment);
        await crashAll(deployment, point, credentials);
        await deployment.startWorker();
        await converge(deployment, 150);
        const evidence = await deployment.attempts();
        for (const [provider, id] of credentials)
          expect(`${provider}: ${await deployment.outcome(provider, id)}`, evidence).toBe(
            `${provider}: ${table.get(point)?.[provider]}`,
          );
      } finally {
        await deployment.close();
      }
    },
  );
});

async function connectAll(deployment: LabDeployment): Promise<Map<LabProvider, string>> {
  const [worker] = await Promise.all([deployment.startWorker(), deployment.startApi()]);
  const connected = new Map<LabProvider, string>();
  for (const provider of labProviders)
    connected.set(
      provider,
      await deployment.connect(provider, provider === 'lab_strict' ? shortLifeSeconds : undefined),
    );
  await worker.stop();
  return connected;
}

/** One worker per credential, each with one job at a time: every one of them dies at the step. */
async function crashAll(
  deployment: LabDeployment,
  point: CrashPoint,
  credentials: ReadonlyMap<LabProvider, string>,
): Promise<void> {
  const { database, sandbox } = deployment;
  const doomed = await Promise.all(
    labProviders.map(() => deployment.startWorker({ CRASH_AT: point, WORKER_CONCURRENCY: '1' })),
  );
  const fault = faults[point];
  if (fault !== undefined)
    for (const provider of labProviders)
      await sandbox.control.addFault({ provider, endpoint: 'token.refresh', ...fault });
  for (const id of credentials.values()) await deployment.refresh(id);
  let outage: { end(): Promise<void> } | null = null;
  if (point === 'spilled') {
    await deployment.heldBack(labProviders.length);
    outage = await cutDatabase(database);
  }
  if (point === 'adopting') {
    // Somebody else holds the lease for a moment: the answer is fenced out, and adopted from the journal later.
    await deployment.heldBack(labProviders.length);
    await database.superuser.query(
      `update credential set fence = fence + 1, lease_owner = 'another', lease_until = now() + interval '3 seconds'`,
    );
  }
  const endings = await Promise.all(doomed.map(({ ended }) => ended));
  expect(endings.map(({ how }) => how)).toEqual(doomed.map(() => 'killed by SIGKILL'));
  await outage?.end();
}

/** Time for all of them to be under way at once, on a machine that is busy too, and less than a call may take. */
const answerLate = { fault: 'delay', ms: 9000, phase: 'after' } as const;

/** What brings a refresh to the step. */
const faults: Partial<Record<CrashPoint, { fault: 'server_error' } | typeof answerLate>> = {
  sent: answerLate,
  spilled: answerLate,
  adopting: answerLate,
  refused: { fault: 'server_error' },
  settled: { fault: 'server_error' },
};
