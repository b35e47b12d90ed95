import { keyHomes } from '@latchkey/core/testing/key-homes.ts';
import { expect, it } from 'vitest';
import { Canaries } from '../support/canaries.ts';
import { eventually } from '../support/eventually.ts';
import { addKey, connect, finish } from '../support/flows.ts';
import { onBothTransports, openDeployment } from '../support/processes.ts';

onBothTransports('root keys in a key service', (transport) => {
  const kind = transport === 'redis' ? 'aws-kms' : 'vault-transit';

  it(`D33: with every log there is turned on, no data key and no token of ${kind} is in the output of a process`, async ({
    onTestFinished,
  }) => {
    const home = await keyHomes[kind]();
    const deployment = await openDeployment(transport);
    onTestFinished(async () => {
      await deployment.close();
      await home.close();
    });
    const env = {
      ...home.env,
      LATCHKEY_ROOT_KEYS: `main:${home.newKey()}`,
      DATA_KEY_CACHE_SECONDS: '1',
      LOG_LEVEL: 'trace',
      DEBUG: '*',
      NODE_DEBUG: 'undici,fetch',
    };
    const [api, worker] = [await deployment.startApi(env), await deployment.startWorker(env)];

    const { credential } = await connect(deployment, { provider: 'sandbox' });
    await addKey(deployment, 'sandbox', { apiKey: 'sbx_valid_1' });
    const lease = () =>
      deployment.admin.post('/v1/leases', {
        provider: 'sandbox',
        credentialId: credential.id,
        minTtlSeconds: 0,
      });
    expect((await lease()).status).toBe(200);
    for (const fault of Object.values(home.passing)) {
      home.server?.spoil(fault);
      await eventually(async () => (await lease()).status === 503, { describe: 'the key service is missed' });
    }
    home.server?.spoil(null);
    await home.server?.goAway();
    expect((await lease()).status).toBe(503);
    await home.server?.comeBack();
    const refresh = await deployment.admin.post(`/v1/credentials/${credential.id}/refresh`);
    expect(await finish(deployment.admin, refresh.body.authorization.id, 40)).toMatchObject({
      status: 'succeeded',
    });
    await Promise.all([api.stop(), worker.stop()]);

    const output = [...api.lines, ...worker.lines].join('\n');
    expect(output).toContain(`key \\"main\\"`);
    if (transport === 'redis') expect(output).toContain('ioredis:');
    const canaries = new Canaries();
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'VAULT_TOKEN'] as const) {
      const value = home.env[name];
      if (value !== undefined) canaries.watch(name, value);
    }
    const dataKeys = [...(home.server?.seen ?? [])]
      .map((seen) => Buffer.from(seen, 'base64'))
      .filter(({ length }) => length === 32);
    expect(dataKeys.length).toBeGreaterThanOrEqual(2);
    for (const key of dataKeys) {
      canaries.watch('data key', key.toString('base64'));
      canaries.watch('data key', key.toString('hex'));
      expect(output).not.toContain([...key].slice(0, 16).join(','));
    }
    expect(canaries.find('output', output)).toEqual([]);
  });
});
