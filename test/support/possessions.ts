import type { Operation } from './api-routes.ts';
import { addKey, connect } from './flows.ts';
import { signInAs } from './people.ts';
import type { Stack } from './stack.ts';

/** One of everything that has an id, owned by the first workspace. */
export async function ownSomeOfEverything(stack: Stack) {
  const { credential } = await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_of_the_first' });
  const oauthCredential: string = (await connect(stack, { provider: 'sandbox' })).credential.id;
  const started = await stack.admin.post('/v1/authorizations', { provider: 'sandbox' });
  const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox' });
  const own = await stack.admin.post('/v1/service-tokens', { name: 'own', role: 'viewer' });
  await stack.admin.put('/v1/providers/sandbox/oauth-client', {
    clientId: 'of-the-first',
    clientSecret: 'x',
    enabled: false,
  });
  /** By the path they belong under. */
  const ids: Record<string, string> = {
    '/v1/credentials': credential.id,
    '/v1/authorizations': started.body.id,
    '/v1/leases': lease.body.leaseId,
    '/v1/service-tokens': own.body.id,
    '/v1/sessions': (await signInAs(stack, 'ada@corp.test', 'admin')).sessionId,
  };
  return { ids, oauthCredential };
}

/** Bodies that would be accepted from the owner. */
export const acceptedBodies: Readonly<Record<string, unknown>> = {
  'PATCH /v1/credentials/{id}': { name: 'taken over', isDefault: true },
  'POST /v1/leases/{id}/report': { outcome: 'rejected', status: 401 },
  'PATCH /v1/service-tokens/{id}': { name: 'taken over', allowedAddresses: null },
};

/** The operation on what is owned. */
export function withId({ method, path }: Operation, ids: Readonly<Record<string, string>>) {
  const collection = path.slice(0, path.indexOf('/{id}'));
  const id = ids[collection];
  if (id === undefined) throw new Error(`no id for ${method} ${path}: own one in possessions.ts`);
  return { method, path: `${path.replace('{id}', id)}${method === 'DELETE' ? '?force=true' : ''}` };
}
