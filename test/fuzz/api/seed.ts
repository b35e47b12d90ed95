import type { Canaries } from '../../support/canaries.ts';
import { openBrowser } from '../../support/browser.ts';
import type { Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import type { Stack } from '../../support/stack.ts';
import type { Pools } from './pools.ts';

interface Inhabitant {
  readonly client: Client;
  readonly workspace: string;
}

interface Seeds {
  readonly stack: Stack;
  readonly neighbour: Inhabitant;
  readonly canaries: Canaries;
  readonly pools: Pools;
}

/** What there is before the first request, and again whenever requests have used it up: everything in every status. */
export async function seed(seeds: Seeds): Promise<void> {
  const { stack, neighbour, pools } = seeds;
  const home: Inhabitant = { client: stack.admin, workspace: stack.api.defaultWorkspaceId };
  await stack.admin.delete('/v1/providers/sandbox/oauth-client');
  for (const status of [200, 401, 402, 429]) await addKey(seeds, home, status);
  await addKey(seeds, neighbour, 200);
  const connected = await connect(seeds);
  for (const credentialId of connected) {
    const lease = await stack.admin.post('/v1/leases', { provider: 'sandbox', credentialId, waitSeconds: 5 });
    pools.learn(String(lease.body.leaseId), home.workspace);
  }
  await refresh(stack, connected[0] ?? '');
  await outdate(stack, connected);
  await authorizations(seeds);
  await otherThings(seeds);
}

async function addKey(
  { stack, canaries, pools }: Seeds,
  { client, workspace }: Inhabitant,
  status: number,
): Promise<void> {
  const apiKey = canaries.make('API key', 'sbx_valid_');
  await stack.sandbox.control.registerKey({ provider: 'sandbox', key: apiKey, status });
  const { body } = await client.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey } });
  const { id } = body.credential;
  await eventually(
    async () => {
      const { body: now } = await client.get(`/v1/authorizations/${body.authorization.id}`);
      return ['succeeded', 'failed'].includes(now.status) || now.attempts > 0;
    },
    { describe: `a key with status ${status} was judged, or tried`, timeoutMs: 30_000 },
  );
  pools.learn(`${id} ${body.authorization.id}`, workspace);
}

/** Accounts of the sandbox, of the caller and of a custom client. */
async function connect({ stack, canaries, pools }: Seeds): Promise<string[]> {
  const { admin, sandbox } = stack;
  const connected: string[] = [];
  const clientSecret = canaries.make('custom client secret');
  const clients = [null, null, { clientId: 'fuzz-client', clientSecret }];
  for (const client of clients) {
    if (client !== null) {
      await sandbox.control.registerClient({ provider: 'sandbox', ...client });
      await admin.put('/v1/providers/sandbox/oauth-client', client);
    }
    const { body } = await admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
    await openBrowser().follow(body.authorizationUrl);
    const id = await eventually(
      async () =>
        (await admin.get(`/v1/authorizations/${body.id}?wait=5`)).body.credentialId as string | null,
      { describe: 'an account is connected', timeoutMs: 30_000 },
    );
    pools.learn(`${id} ${body.id}`, stack.api.defaultWorkspaceId);
    pools.add('account', id);
    connected.push(id);
  }
  await admin.delete('/v1/providers/sandbox/oauth-client');
  return connected;
}

async function refresh({ admin }: Stack, id: string): Promise<void> {
  const { body } = await admin.post(`/v1/credentials/${id}/refresh`);
  await eventually(
    async () =>
      (await admin.get(`/v1/authorizations/${body.authorization.id}?wait=5`)).body.finishedAt !== null,
    { describe: 'a refresh has ended', timeoutMs: 30_000 },
  );
}

/** States that only time and bad luck bring about. */
async function outdate({ database }: Stack, [, dead, failing]: readonly string[]): Promise<void> {
  const { superuser } = database;
  await superuser.query(
    `update credential set status = 'reauthorization_required', last_error_code = 'grant_revoked',
       last_error_message = 'fuzz', last_error_at = now(), next_refresh_at = null where id = $1`,
    [dead],
  );
  await superuser.query(
    `update credential set health = 'refresh_failing', last_error_code = 'provider_unavailable',
       last_error_message = 'fuzz', last_error_at = now() where id = $1`,
    [failing],
  );
}

/** Of people who have not finished, who gave up, and who came too late. */
async function authorizations({ stack, neighbour, pools }: Seeds): Promise<void> {
  const { admin } = stack;
  const begun: string[] = [];
  for (const confirm of [true, false, true, false]) {
    const { body } = await admin.post('/v1/authorizations', { provider: 'sandbox', confirm });
    pools.learn(String(body.id), stack.api.defaultWorkspaceId);
    pools.add('ticket', String(body.authorizationUrl).split('/').at(-1) ?? '');
    begun.push(body.id);
  }
  const [cancelled, late] = begun;
  await admin.post(`/v1/authorizations/${cancelled}/cancel`);
  await stack.database.superuser.query(
    `update "authorization" set status = 'expired', finished_at = now(), error_code = 'authorization_expired',
       error_message = 'fuzz', error_retryable = false, error_actor = 'user' where id = $1`,
    [late],
  );
  const lease = await neighbour.client.post('/v1/leases', { provider: 'sandbox', waitSeconds: 0 });
  pools.learn(String(lease.body.leaseId), neighbour.workspace);
  const elsewhere = await neighbour.client.post('/v1/authorizations', { provider: 'sandbox' });
  pools.learn(String(elsewhere.body.id), neighbour.workspace);
}

async function otherThings({ stack, neighbour, pools }: Seeds): Promise<void> {
  const { admin, api } = stack;
  for (const { client, workspace } of [{ client: admin, workspace: api.defaultWorkspaceId }, neighbour]) {
    const made = await client.post('/v1/service-tokens', { name: 'to be revoked', role: 'viewer' });
    pools.learn(String(made.body.id), workspace);
  }
  await admin.put('/v1/providers/onedrive/oauth-client', {
    clientId: 'fuzz',
    clientSecret: 'fuzz-secret',
    params: { tenant: 'contoso.test' },
    enabled: false,
  });
}
