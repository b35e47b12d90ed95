import { describe, expect, it } from 'vitest';
import { converge } from '../support/converge.ts';
import { openLabDeployment } from '../support/lab-deployment.ts';
import { labProviders } from '../support/lab-providers.ts';
import { hasRedisServer } from '../support/services/local-redis.ts';
import { secondsSince } from '../support/seconds-since.ts';

/** A call is given up after 15 seconds. The provider does not notice, and goes on with what it was asked. */
const cases = [
  {
    answers: 'in 10 s',
    fault: { fault: 'delay', ms: 10_000 },
    outcome: 'refreshed by 1',
    strict: 'refreshed by 1',
  },
  {
    answers: 'in 20 s',
    fault: { fault: 'delay', ms: 20_000 },
    outcome: 'refreshed by 2',
    strict: 'reauthorize by 2',
  },
  { answers: 'never', fault: { fault: 'hang' }, outcome: 'refreshed by 2', strict: 'refreshed by 2' },
] as const;

describe('A provider that is slow', () => {
  it.concurrent.for(cases)(
    'answers $answers: no second request in flight, callers are told in time, the token survives where the policy allows',
    { timeout: 180_000 },
    async ({ fault, outcome, strict, answers }, { annotate }) => {
      const deployment = await openLabDeployment(hasRedisServer() ? 'redis' : 'postgres');
      try {
        await Promise.all([deployment.startApi(), deployment.startWorker(), deployment.startWorker()]);
        const { admin, sandbox } = deployment;
        for (const provider of labProviders) {
          // The life of the strict one decides when its late presentation is.
          const id = await deployment.connect(provider, provider === 'lab_strict' ? 50 : 3600);
          await sandbox.control.addFault({ provider, endpoint: 'token.refresh', ...fault });
          await deployment.refresh(id);
          const asked = performance.now();
          const question = { provider, credentialId: id, waitSeconds: 3 };
          const [fresh, wanting] = await Promise.all([
            admin.post('/v1/leases', { ...question, minTtlSeconds: 0 }),
            admin.post('/v1/leases', { ...question, minTtlSeconds: provider === 'lab_strict' ? 50 : 3600 }),
          ]);
          expect(fresh.status, fresh.text).toBe(200);
          expect(wanting.status, wanting.text).toBe(503);
          expect(Number(wanting.headers.get('retry-after'))).toBeGreaterThan(0);
          await annotate(`${provider}: told after ${secondsSince(asked).toFixed(1)} s of at most 3`);
        }
        await converge(deployment, 120);
        const evidence = await deployment.attempts();
        for (const { id, provider } of (await admin.get('/v1/credentials')).body.items)
          expect(`${provider} ${answers}: ${await deployment.outcome(provider, id)}`, evidence).toBe(
            `${provider} ${answers}: ${provider === 'lab_strict' ? strict : outcome}`,
          );
      } finally {
        await deployment.close();
      }
    },
  );
});
