import { randomBytes } from 'node:crypto';
import { Canaries } from '../../support/canaries.ts';
import { startFakeIssuer } from '../../support/fake-issuer.ts';
import { startStack, type Stack } from '../../support/stack.ts';
import { watchProcess, type ProcessWatch } from '../watch-process.ts';
import { watchWrites, type WriteWatch } from '../watch-writes.ts';
import { openCallers, openSession, type Caller, type CallerName } from './callers.ts';
import { idPattern, openPools, type Pools } from './pools.ts';
import { seed } from './seed.ts';

/** What an API that is fuzzed runs in: the whole product in this process, richly filled, with secrets that can be recognised. */
export interface World {
  readonly stack: Stack;
  readonly port: number;
  readonly canaries: Canaries;
  readonly callers: ReadonlyMap<CallerName, Caller>;
  readonly pools: Pools;
  readonly writes: WriteWatch;
  readonly process: ProcessWatch;
  /** What the processes logged since the last call, from `info` on. */
  takeLog(): string[];
  /** After somebody has signed it out. */
  renewSession(): Promise<void>;
  /** Puts back what requests have used up: sessions, keys, accounts. */
  tend(): Promise<void>;
  close(): Promise<void>;
}

/** Starts and fills one. */
export async function openWorld(): Promise<World> {
  const canaries = new Canaries();
  const logged: string[] = [];
  const adminToken = canaries.watch('admin token', `lk_${randomBytes(32).toString('base64url')}`, 'lk_');
  const clientSecret = canaries.make('default client secret');
  const issuer = await startFakeIssuer();
  const stack = await startStack({
    onLog: (line) => {
      if (/"level":[3456]0/.test(line)) logged.push(line);
    },
    env: {
      LATCHKEY_ADMIN_TOKEN: adminToken,
      OAUTH_SANDBOX_CLIENT_SECRET: clientSecret,
      RETURN_URL_ORIGINS: 'https://app.test',
      // Or most of a long run would be one answer, 429.
      RATE_LIMITS: 'off',
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: issuer.client.id,
      OIDC_CLIENT_SECRET: canaries.make('client secret of the console'),
      OIDC_ALLOWED_EMAILS: 'ada@example.test',
    },
  });
  const { sandbox } = stack;
  watchRootKey(stack, canaries);
  await sandbox.control.registerClient({ provider: 'sandbox', clientId: 'sandbox-sandbox', clientSecret });
  await sandbox.control.updateSettings({ accessTokenTtlSeconds: 3600 });
  const admin = stack.clientWith(adminToken);
  const known = { ...stack, admin };
  const watch = (secret: string, value: string) => {
    canaries.watch(secret, value, value.startsWith('lk_') ? 'lk_' : '');
  };
  const neighbour = await openNeighbour(known, watch);
  const callers = await openCallers(known, { adminToken, neighbour, watch });
  const pools = openPools(canaries, { home: stack.api.defaultWorkspaceId, neighbour: neighbour.workspace });
  const seeds = {
    stack: known,
    neighbour: { client: stack.clientWith(neighbour.token), workspace: neighbour.workspace },
    canaries,
    pools,
  };
  await seed(seeds);
  const writes = await watchWrites(stack);
  const watched = watchProcess();
  const renewSession = async () => {
    callers.set('session', await openSession(known, adminToken, watch));
    await writes.take();
  };
  return {
    stack: known,
    port: Number(new URL(stack.url).port),
    canaries,
    callers,
    pools,
    writes,
    process: watched,
    takeLog: () => logged.splice(0),
    renewSession,
    async tend() {
      await renewSession();
      await seed(seeds);
      await writes.take();
    },
    async close() {
      watched.stop();
      await stack.close();
      await issuer.close();
    },
  };
}

function watchRootKey({ api }: Stack, canaries: Canaries): void {
  const rootKey = api.settings.rootKeys.reveal().split(':')[1] ?? '';
  canaries.watch('root key', rootKey);
  canaries.watch('root key', Buffer.from(rootKey, 'base64').toString('hex'));
}

async function openNeighbour(stack: Stack, watch: (secret: string, value: string) => void) {
  const { body: workspace } = await stack.admin.post('/v1/workspaces', { name: 'Neighbour' });
  const { body } = await stack.admin.post(
    '/v1/service-tokens',
    { name: 'neighbour', role: 'admin' },
    { headers: { 'x-workspace': workspace.id } },
  );
  watch('service token', body.token);
  return { token: String(body.token), workspace: String(workspace.id) };
}

/** Ids in a text whose owner is known to be another workspace. */
export function foreignIds({ pools }: Pick<World, 'pools'>, text: string, workspace: string): string[] {
  return [...text.matchAll(idPattern)]
    .map(([id]) => id)
    .filter((id) => (pools.owners.get(id) ?? workspace) !== workspace);
}
