import { afterAll, beforeAll, expect, it } from 'vitest';
import { peakConcurrency } from '@latchkey/sandbox';
import { eventually } from '../support/eventually.ts';
import { connect, finish, goThroughConsent } from '../support/flows.ts';
import { allSequences, firstSequences } from '../support/converge.ts';
import { onBothTransports, openDeployment, type Deployment } from '../support/processes.ts';
import { secondsSince } from '../support/seconds-since.ts';

/** BullMQ gives a lost job away after 10 to 15 s; a strict refresh also waits for the end of the dead holder's lease of 25 s. */
const limitSeconds = { job: 60, lease: 60 };

onBothTransports('A worker is killed with four provider calls under way and another one starts', (kind) => {
  let deployment: Deployment;
  let ended: Record<
    'validate' | 'dropbox' | 'strict' | 'exchange',
    { seconds: number; credentialId?: string }
  >;
  let dropboxId: string;
  let strictId: string;

  beforeAll(async () => {
    deployment = await openDeployment(kind);
    const { admin, sandbox } = deployment;
    const [, doomed] = await Promise.all([deployment.startApi(), deployment.startWorker()]);
    dropboxId = (await connect(deployment, { provider: 'dropbox' })).credential.id;
    // Its end is near when the lease is over: before that, nobody presents a strictly rotated token again.
    await sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 40 } });
    strictId = (await connect(deployment, { provider: 'sandbox' })).credential.id;
    await sandbox.control.updateSettings({ accessTokenTtlSeconds: { sandbox: 3600 } });

    // The window: each request has arrived at the provider, and no answer ever comes.
    await sandbox.control.clearLog();
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'key_check', fault: 'hang' });
    await sandbox.control.addFault({
      provider: 'dropbox',
      endpoint: 'token.refresh',
      fault: 'hang',
      phase: 'after',
    });
    await sandbox.control.addFault({ provider: 'sandbox', endpoint: 'token.refresh', fault: 'hang' });
    await sandbox.control.addFault({
      provider: 'sandbox',
      endpoint: 'token.code',
      fault: 'hang',
      phase: 'after',
    });
    const [validate, dropbox, strict, exchange] = await Promise.all([
      admin.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_killed' } }),
      admin.post(`/v1/credentials/${dropboxId}/refresh`),
      admin.post(`/v1/credentials/${strictId}/refresh`),
      goThroughConsent(deployment, { provider: 'sandbox', name: 'exchanged' }),
    ]);
    await eventually(async () => (await pending()).length === 4, {
      describe: 'four requests hang at the providers',
    });
    await doomed.kill('SIGKILL');
    const killedAt = performance.now();

    // As if the 45 s had passed in which the dead worker might still have been waiting for the answer.
    await deployment.database.superuser.query(
      `update "authorization" set presented_at = presented_at - interval '45 seconds' where id = $1`,
      [exchange.authorizationId],
    );

    await deployment.startWorker();
    const follow = async (id: string) => ({
      ...(await finish(admin, id, 60)),
      seconds: secondsSince(killedAt),
    });
    const [a, b, c, d] = await Promise.all([
      follow(validate.body.authorization.id),
      follow(dropbox.body.authorization.id),
      follow(strict.body.authorization.id),
      follow(exchange.authorizationId),
    ]);
    ended = { validate: a, dropbox: b, strict: c, exchange: d };
  });

  afterAll(() => deployment.close());

  const pending = async () =>
    (await deployment.sandbox.control.log()).filter(
      ({ outcome, faults }) => outcome === 'pending' && faults.includes('hang'),
    );

  it('validate-key: the key is checked again and becomes active', async ({ annotate }) => {
    expect(ended.validate).toMatchObject({ status: 'succeeded', attempts: 2 });
    const { body } = await deployment.admin.get(`/v1/credentials/${ended.validate.credentialId}`);
    expect(body.status).toBe('active');
    expect(ended.validate.seconds).toBeLessThan(limitSeconds.job);
    await annotate(`validate-key: ${ended.validate.seconds.toFixed(1)} s`);
  });

  it('refresh-token, stable refresh token: presented again, and the credential stays active', async ({
    annotate,
  }) => {
    expect(ended.dropbox).toMatchObject({ status: 'succeeded' });
    const { body } = await deployment.admin.get(`/v1/credentials/${dropboxId}`);
    expect(body).toMatchObject({ status: 'active', health: 'ok', tokenVersion: 2 });
    expect(ended.dropbox.seconds).toBeLessThan(limitSeconds.lease);
    await annotate(`refresh-token (none): ${ended.dropbox.seconds.toFixed(1)} s`);
  });

  it('refresh-token, strict rotation, not committed by the provider: presented once more, one at a time', async ({
    annotate,
  }) => {
    expect(ended.strict).toMatchObject({ status: 'succeeded' });
    const { body } = await deployment.admin.get(`/v1/credentials/${strictId}`);
    expect(body).toMatchObject({ status: 'active', health: 'ok', tokenVersion: 2 });
    const refreshes = await deployment.sandbox.control.log({
      provider: 'sandbox',
      endpoint: 'token.refresh',
    });
    expect(refreshes.map(({ outcome }) => outcome)).toEqual(['no_answer', 'succeeded']);
    expect(refreshes[1]?.presented).toEqual(refreshes[0]?.presented);
    expect(peakConcurrency(refreshes)).toBe(1);
    expect(ended.strict.seconds).toBeLessThan(limitSeconds.lease);
    await annotate(`refresh-token (strict): ${ended.strict.seconds.toFixed(1)} s`);
  });

  it('B18: exchange-code: the code is not presented a second time, the authorization ends as exchange_outcome_unknown', async ({
    annotate,
  }) => {
    expect(ended.exchange).toMatchObject({
      status: 'failed',
      error: { code: 'exchange_outcome_unknown', actor: 'user' },
    });
    expect(
      await deployment.sandbox.control.log({ provider: 'sandbox', endpoint: 'token.code' }),
    ).toHaveLength(1);
    expect(ended.exchange.seconds).toBeLessThan(limitSeconds.job);
    await annotate(`exchange-code: ${ended.exchange.seconds.toFixed(1)} s`);
  });

  it('F51: the events have no gap', async () => {
    const sequences = await allSequences(deployment.admin, deployment);
    expect(sequences.length).toBeGreaterThan(0);
    expect(sequences).toEqual(firstSequences(sequences.length));
  });
});
