import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashPoints, type CrashPoint } from '@latchkey/core/crash-point.ts';
import { fingerprint, peakConcurrency } from '@latchkey/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { converge } from '../support/converge.ts';
import { eventually } from '../support/eventually.ts';
import { connect } from '../support/flows.ts';
import { labEnv, labProviders, writeLabProviders, type LabProvider } from '../support/lab-providers.ts';
import { readOutcomeTable } from '../support/outcome-table.ts';
import { openDeployment, type Deployment } from '../support/processes.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';

/** The first access token ends soon, so that `late` comes soon; the next ones live on. */
const shortLifeSeconds = 45;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-crash-'));
  await writeLabProviders(folder);
});

afterAll(() => rm(folder, { recursive: true }));

describe('A worker is killed at a step of a refresh and another one starts: docs/refresh-outcomes.md', () => {
  const table = readOutcomeTable();
  const kind = (at: number) => (at % 2 === 0 && hasRedisServer() ? 'redis' : 'postgres');

  it.concurrent.each(crashPoints.map((point, at) => [point, kind(at)] as const))(
    '%s (%s)',
    { timeout: 180_000 },
    async (point, transport) => {
      const deployment = await openDeployment(transport);
      try {
        Object.assign(deployment.env, labEnv(deployment.sandbox, folder));
        const credentials = await connectAll(deployment);
        await crashAll(deployment, point, credentials);
        await deployment.startWorker();
        await converge(deployment, 120);
        const ended = await Promise.all(
          labProviders.map(async (provider) => [
            provider,
            await outcomeOf(deployment, provider, credentials.get(provider) ?? ''),
          ]),
        );
        const evidence = await attemptsOf(deployment);
        expect(Object.fromEntries(ended), evidence).toEqual(table.get(point));
      } finally {
        await deployment.close();
      }
    },
  );
});

async function connectAll(deployment: Deployment): Promise<Map<LabProvider, string>> {
  const { sandbox } = deployment;
  await sandbox.control.updateSettings({ accessTokenTtlSeconds: shortLifeSeconds });
  const [worker] = await Promise.all([deployment.startWorker(), deployment.startApi()]);
  const connected = await Promise.all(
    labProviders.map(async (provider) => {
      const { credential } = await connect(deployment, { provider });
      return [provider, credential.id as string] as const;
    }),
  );
  await worker.stop();
  await sandbox.control.updateSettings({ accessTokenTtlSeconds: 3600 });
  await sandbox.control.clearLog();
  return new Map(connected);
}

/** One worker per credential, each with one job at a time: every one of them dies at the step. */
async function crashAll(
  deployment: Deployment,
  point: CrashPoint,
  credentials: ReadonlyMap<LabProvider, string>,
): Promise<void> {
  const { admin, database, sandbox } = deployment;
  const doomed = await Promise.all(
    labProviders.map(() => deployment.startWorker({ CRASH_AT: point, WORKER_CONCURRENCY: '1' })),
  );
  for (const provider of labProviders) {
    const fault = faultFor(point);
    if (fault !== null) await sandbox.control.addFault({ provider, endpoint: 'token.refresh', ...fault });
  }
  for (const id of credentials.values())
    expect((await admin.post(`/v1/credentials/${id}/refresh`)).status).toBe(202);
  if (point === 'spilled' || point === 'adopting') {
    await eventually(
      async () => {
        const entries = await sandbox.control.log({ endpoint: 'token.refresh' });
        return (
          entries.filter(({ committed, delivered }) => committed && !delivered).length === labProviders.length
        );
      },
      { describe: 'every provider has rotated and holds its answer back', timeoutMs: 20_000 },
    );
    if (point === 'spilled') await database.shut();
    else await takeOverAll(deployment);
  }
  const endings = await Promise.all(doomed.map(({ ended }) => ended));
  expect(endings.map(({ how }) => how)).toEqual(doomed.map(() => 'killed by SIGKILL'));
  if (point === 'spilled') await database.open();
}

function faultFor(point: CrashPoint) {
  if (point === 'refused' || point === 'settled') return { fault: 'server_error' as const };
  if (point === 'spilled' || point === 'adopting')
    return { fault: 'delay' as const, ms: 4000, phase: 'after' as const };
  return point === 'sent' ? { fault: 'delay' as const, ms: 2000, phase: 'after' as const } : null;
}

/** Somebody else holds the lease for a moment: the answer is fenced out, and adopted from the journal later. */
async function takeOverAll({ database }: Deployment): Promise<void> {
  await database.superuser.query(
    `update credential set fence = fence + 1, lease_owner = 'another', lease_until = now() + interval '3 seconds'`,
  );
}

async function outcomeOf(deployment: Deployment, provider: LabProvider, id: string): Promise<string> {
  const { admin, sandbox } = deployment;
  const entries = await sandbox.control.log({ provider, endpoint: 'token.refresh' });
  expect(peakConcurrency(entries)).toBe(1);
  const { body } = await admin.get(`/v1/credentials/${id}`);
  const requests = `by ${entries.length}`;
  if (body.status === 'reauthorization_required' && body.lastError.code === 'refresh_outcome_unknown')
    return `reauthorize ${requests}`;
  expect(body).toMatchObject({ status: 'active', health: 'ok', lastError: null });
  const lease = await admin.post('/v1/leases', { provider, credentialId: id, minTtlSeconds: 600 });
  expect(lease.status, lease.text).toBe(200);
  const [grant] = await sandbox.control.grants({ provider });
  expect(grant?.liveAccessTokens).toContain(fingerprint(lease.body.accessToken));
  return `refreshed ${requests}`;
}

/** What a failure is understood by. */
async function attemptsOf({ database }: Deployment): Promise<string> {
  const { rows } = await database.superuser.query(
    `select c.provider, a.started_at, a.resolved_at, a.state, a.reason, a.takeover, a.provider_status, a.error_code
     from refresh_attempt a join credential c on c.id = a.credential_id order by c.provider, a.fence`,
  );
  return rows.map((row) => JSON.stringify(row)).join('\n');
}
