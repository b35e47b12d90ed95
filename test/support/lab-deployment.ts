import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint, peakConcurrency, type LogEntry } from '@latchkey/sandbox';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { connect } from './flows.ts';
import { labEnv, writeLabProviders, type LabProvider } from './lab-providers.ts';
import { openDeployment, type ApiProcess, type Deployment, type TransportKind } from './processes.ts';

/** Real processes with the lab providers: what becomes of a refresh, by rotation policy. */
export interface LabDeployment extends Deployment {
  /** Connects one account, one at a time; the tokens that it gets live for so many seconds. */
  connect(provider: LabProvider, lifeSeconds?: number): Promise<string>;
  /** Queues a refresh. */
  refresh(id: string): Promise<void>;
  /** What the provider saw of refreshes since they were connected. */
  refreshes(provider?: LabProvider): Promise<LogEntry[]>;
  /** Waits until so many refreshes, or more, are committed at the provider and not answered yet. */
  heldBack(count: number): Promise<void>;
  /** In words: `refreshed by 2` or `reauthorize by 2`, with the provider's refresh requests in all. */
  outcome(provider: LabProvider, id: string): Promise<string>;
  /** Every attempt, to understand a failure by. */
  attempts(): Promise<string>;
}

const defaultLifeSeconds = 3600;

export async function openLabDeployment(kind: TransportKind): Promise<LabDeployment> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-lab-'));
  await writeLabProviders(folder);
  const deployment = await openDeployment(kind);
  const { admin, database, env, sandbox } = deployment;
  Object.assign(env, labEnv(sandbox, folder));
  const grantOf = new Map<string, string | null>();
  const apis: ApiProcess[] = [];
  const lastErrors = () =>
    apis.flatMap(({ lines }) => lines.filter((line) => /"level":(40|50|60)/.test(line))).slice(-3);
  const refreshes = async (provider?: LabProvider) =>
    sandbox.control.log({ endpoint: 'token.refresh', ...(provider === undefined ? {} : { provider }) });
  return {
    ...deployment,
    refreshes,
    async startApi(own) {
      const api = await deployment.startApi(own);
      apis.push(api);
      return api;
    },
    async connect(provider, lifeSeconds = defaultLifeSeconds) {
      // Of this provider alone: refreshes of the others may be under way.
      const tokensLive = (seconds: number) =>
        sandbox.control.updateSettings({ accessTokenTtlSeconds: { [provider]: seconds } });
      await tokensLive(lifeSeconds);
      const { credential, authorization } = await connect(deployment, { provider });
      expect(authorization).toMatchObject({ status: 'succeeded' });
      await tokensLive(defaultLifeSeconds);
      // Refreshes are the test's own.
      await database.superuser.query(
        `update credential set next_refresh_at = now() + interval '1 hour' where id = $1`,
        [credential.id],
      );
      const exchanges = await sandbox.control.log({ provider, endpoint: 'token.code' });
      grantOf.set(credential.id, exchanges.at(-1)?.grantId ?? null);
      return credential.id;
    },
    async refresh(id) {
      const { status, text } = await admin.post(`/v1/credentials/${id}/refresh`);
      expect(status, [text, ...lastErrors()].join('\n')).toBe(202);
    },
    async heldBack(count) {
      const held = (entry: LogEntry) => entry.committed && !entry.delivered;
      await eventually(async () => (await refreshes()).filter(held).length >= count, {
        describe: `${count} refreshes are committed at the provider and not answered`,
        timeoutMs: 30_000,
      });
    },
    async outcome(provider, id) {
      const ofGrant = (await refreshes(provider)).filter(({ grantId }) => grantId === grantOf.get(id));
      expect(peakConcurrency(ofGrant)).toBe(1);
      const { body } = await admin.get(`/v1/credentials/${id}`);
      const requests = `by ${ofGrant.length}`;
      if (body.status === 'reauthorization_required' && body.lastError.code === 'refresh_outcome_unknown')
        return `reauthorize ${requests}`;
      expect(body).toMatchObject({ status: 'active', health: 'ok', lastError: null });
      const lease = await admin.post('/v1/leases', { provider, credentialId: id, minTtlSeconds: 600 });
      expect(lease.status, lease.text).toBe(200);
      const grants = await sandbox.control.grants({ provider });
      expect(grants.flatMap((grant) => grant.liveAccessTokens)).toContain(
        fingerprint(lease.body.accessToken),
      );
      return `refreshed ${requests}`;
    },
    async attempts() {
      const { rows } = await database.superuser.query(
        `select c.provider, a.credential_id, a.started_at, a.resolved_at, a.state, a.reason, a.takeover, a.provider_status, a.error_code
         from refresh_attempt a join credential c on c.id = a.credential_id order by c.provider, a.id`,
      );
      return rows.map((row) => JSON.stringify(row)).join('\n');
    },
    async close() {
      await deployment.close();
      await rm(folder, { recursive: true });
    },
  };
}
