import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscribe } from '../support/subscriber.ts';
import { eventually } from '../support/eventually.ts';
import { connect } from '../support/flows.ts';
import { onBothTransports, openDeployment, type Deployment } from '../support/processes.ts';
import { secondsSince } from '../support/seconds-since.ts';

onBothTransports('SIGTERM', (kind) => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment(kind);
    await deployment.startApi();
  });

  afterAll(() => deployment.close());

  it('F53: a worker finishes the refresh that it has sent, leaves no unknown attempt, and exits 0', async ({
    annotate,
  }) => {
    const { admin, database, sandbox } = deployment;
    const worker = await deployment.startWorker();
    const { credential } = await connect(deployment, { provider: 'sandbox' });
    await sandbox.control.clearLog();
    await sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.refresh',
      fault: 'delay',
      ms: 3000,
    });
    const refresh = await admin.post(`/v1/credentials/${credential.id}/refresh`);
    await eventually(async () => (await sandbox.control.log({ endpoint: 'token.refresh' })).length === 1, {
      describe: 'the refresh is at the provider',
    });
    const asked = performance.now();
    expect(await worker.kill('SIGTERM')).toMatchObject({ success: true });
    const seconds = secondsSince(asked);
    await annotate(`SIGTERM of a worker in a refresh of 3 s: ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(20);
    // Nobody else was there to do it.
    const { body } = await admin.get(`/v1/authorizations/${refresh.body.authorization.id}`);
    expect(body).toMatchObject({ status: 'succeeded', attempts: 1 });
    const { rows: attempts } = await database.superuser.query('select state from refresh_attempt');
    expect(attempts).toEqual([{ state: 'succeeded' }]);
    expect(await sandbox.control.log({ endpoint: 'token.refresh' })).toMatchObject([
      { committed: true, delivered: true },
    ]);
  });
});

onBothTransports('SIGTERM under load', (kind) => {
  let deployment: Deployment;

  beforeAll(async () => {
    deployment = await openDeployment(kind);
    await deployment.startWorker();
  });

  afterAll(() => deployment.close());

  it('F54: the API is not ready first, answers all that it was asked until then, and exits 0 in time', async ({
    annotate,
  }) => {
    const { admin, env, url } = deployment;
    const api = await deployment.startApi({ SHUTDOWN_DELAY_SECONDS: '5' });
    const added = await admin.post('/v1/credentials', {
      provider: 'sandbox',
      fields: { apiKey: 'sbx_valid_load' },
    });
    expect(added.status).toBe(202);
    const consent = await admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    await eventually(async () => (await lease()).status === 200, { describe: 'a lease is served' });

    // Like a load balancer: asks on until it reads "not ready", and everything it has asked is owed an answer.
    const notReady = new AbortController();
    const answers: number[] = [];
    const ask = async (path: string, run: () => Promise<{ status: number }>) => {
      while (!notReady.signal.aborted) {
        const { status } = await run().catch((error: Error) => {
          throw new Error(`${path} was not answered: ${error.message}`, { cause: error.cause });
        });
        answers.push(status);
      }
    };
    function lease() {
      return admin.post('/v1/leases', { provider: 'sandbox', waitSeconds: 0 });
    }
    const callers = [
      ...Array.from({ length: 10 }, () => ask('/v1/leases', lease)),
      ...Array.from({ length: 10 }, () => ask('/v1/credentials', () => admin.get('/v1/credentials'))),
      // Long polls end at once, with what there is.
      ...Array.from({ length: 5 }, () =>
        ask('a long poll', () => admin.get(`/v1/authorizations/${consent.body.id}?wait=30`)),
      ),
    ];
    const watching = eventually(
      async () => {
        const { status, text } = await admin.get('/readyz');
        if (status !== 503) return null;
        notReady.abort();
        return text;
      },
      { describe: `${url}/readyz answers 503`, timeoutMs: 15_000, intervalMs: 10 },
    );
    await eventually(() => answers.length > 200, { describe: 'there is load', timeoutMs: 20_000 });
    const subscriber = subscribe(url, String(env['LATCHKEY_ADMIN_TOKEN']));
    await eventually(() => subscriber.sequences.length > 0, { describe: 'the stream is open' });
    const asked = performance.now();
    const ended = api.kill('SIGTERM');
    expect(JSON.parse(await watching)).toMatchObject({ status: 'stopping' });
    await Promise.all(callers);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
    expect(await ended).toMatchObject({ success: true });
    await subscriber.close();
    const seconds = secondsSince(asked);
    await annotate(
      `SIGTERM of the API under load: ${seconds.toFixed(1)} s with a delay of 5 s, ${answers.length} answers`,
    );
    expect(seconds).toBeLessThan(20);
  });
});
