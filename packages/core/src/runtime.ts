import type { Logger } from 'pino';
import { openRefusals, sealAuditEntries, type Refusals } from './audit/index.ts';
import { systemActor, type Actor, type Context } from './context.ts';
import { crashAt } from './crash-point.ts';
import { openOrm, requireSchema, warnWithoutPolicies, withinWorkspaces, type Orm } from './db/index.ts';
import { startRelay, type Relay } from './events/index.ts';
import { openLeaseBatches } from './leases/index.ts';
import {
  keyServiceMeters,
  openMeters,
  overdueSeconds,
  queueJobs,
  unsealedEntries,
  type Meters,
} from './meters/index.ts';
import { createGuardedFetch, refusingFetch } from './outbound/index.ts';
import { openGates, readGates } from './provider-gates/index.ts';
import { loadCatalogue, type Catalogue } from './providers/index.ts';
import { openTransport, type Transport } from './queues/index.ts';
import { fencedLease, type RefreshLease } from './refresh/refresh-lease.ts';
import { startReports } from './root-keys/index.ts';
import type { Settings } from './settings.ts';
import { openSpill, type Spill } from './spill/index.ts';
import { explainKeyService, openKeyring, openVault, type Vault } from './vault/index.ts';
import { ensureDefaultWorkspace } from './workspaces/index.ts';

interface Asking {
  readonly workspaceId: string;
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly clientAddress: string | null;
  readonly beforeCommit?: NonNullable<Context['beforeCommit']>;
}

/** What one process holds open. */
export interface Runtime {
  readonly orm: Orm;
  readonly vault: Vault;
  readonly catalogue: Catalogue;
  readonly transport: Transport;
  readonly relay: Relay;
  readonly meters: Meters;
  readonly refusals: Refusals;
  readonly spill: Spill;
  readonly settings: Settings;
  readonly log: Logger;
  readonly defaultWorkspaceId: string;
  contextFor(asking: Asking): Context;
  /** For callers who are nobody yet: the use case finds the workspace itself. */
  publicContext(asking: Pick<Asking, 'requestId' | 'clientAddress'>): Context;
  readonly systemContext: (workspaceId: string) => Context;
  /** Ends reports, relay, transport and pool, in that order. */
  close(): Promise<void>;
}

interface RuntimeOptions {
  /** Workers call providers; the API never does. */
  readonly role: 'api' | 'worker';
  readonly log: Logger;
  /** Database connections for queries; queue and bus have a few of their own. */
  readonly poolSize?: number;
}

/**
 * Opens everything a process needs and checks it: database, root keys, catalogue, queues, bus.
 * @throws ConfigurationError when a key, a provider definition or a URL is wrong, or a key service does not answer
 */
export async function openRuntime(
  settings: Settings,
  { role, log, poolSize = 10 }: RuntimeOptions,
): Promise<Runtime> {
  const catalogue = await loadCatalogue({
    providersDir: settings.providersDir,
    endpointOverrides: settings.endpointOverrides,
    includeSandbox: !settings.production,
    allowInsecure: settings.outboundAllowInsecure,
  });
  const { databaseUrl, rowLevelSecurity } = settings;
  const orm = await openOrm({ databaseUrl, poolSize, rowLevelSecurity });
  const opened: { close(): Promise<unknown> }[] = [{ close: () => orm.close(true) }];
  try {
    await requireSchema(orm);
    if (rowLevelSecurity) await warnWithoutPolicies(orm, log);
    const keyServices = keyServiceMeters();
    const keys = await openKeyring({
      text: settings.rootKeys.reveal(),
      file: settings.rootKeysFile,
      variable: settings.keyServiceVariable,
      allowInsecure: settings.outboundAllowInsecure,
      onCall: keyServices.keyServiceCalled,
      log,
    });
    const vault = await openVault({ orm, keys, log, cache: settings.dataKeyCache });
    const defaultWorkspaceId = await ensureDefaultWorkspace(orm.em.fork());
    await vault.createDataKey(orm.em.fork(), defaultWorkspaceId);
    const transport = await openTransport({
      redisUrl: settings.redisUrl,
      databaseUrl,
      log,
    });
    opened.unshift(transport);
    const { bus, queues } = transport;
    const relay = startRelay({ orm, bus, queues, log, seal: sealAuditEntries });
    opened.unshift(relay);
    const refusals = openRefusals({ orm, log });
    opened.unshift(refusals);
    const fetch =
      role === 'worker'
        ? createGuardedFetch({
            allowInsecure: settings.outboundAllowInsecure,
            proxy: settings.outboundProxy,
            log,
          })
        : refusingFetch;
    const spill = openSpill(settings.dataDir, log);
    const meters = openMeters({
      keyServices,
      providers: catalogue.list().map(({ id }) => id),
      state: {
        overdueSeconds: () => overdueSeconds(orm),
        queueJobs: () => queueJobs(orm),
        gates: () => readGates(orm.em.fork()),
        auditUnsealed: () => unsealedEntries(orm),
        ...(role === 'worker' ? { spillFiles: async () => (await spill.list()).length } : {}),
      },
    });
    const shared = {
      vault,
      catalogue,
      settings,
      bus,
      log,
      fetch,
      meters,
      refusals,
      spill,
      leases: openLeaseBatches({ orm, bus, mostWaiting: settings.leaseMaxWaiting }),
      gates: openGates(orm),
      nudge: () => relay.nudge(),
      refreshLease: await chooseLease(settings),
      crashPoint: crashAt(settings.testing.crashAt),
    };
    const contextFor = (asking: Asking): Context => ({
      ...shared,
      ...asking,
      em: withinWorkspaces(orm.em, [asking.workspaceId]),
    });
    const system = { actor: systemActor, requestId: null, clientAddress: null };
    const systemContext = (workspaceId: string) => contextFor({ ...system, workspaceId });
    opened.unshift(await startReports({ role, context: () => systemContext(defaultWorkspaceId) }));
    return {
      orm,
      vault,
      catalogue,
      transport,
      relay,
      meters,
      refusals,
      spill,
      settings,
      log,
      defaultWorkspaceId,
      contextFor,
      publicContext: (asking) => contextFor({ ...system, ...asking, workspaceId: '' }),
      systemContext,
      close: () => closeAll(opened),
    };
  } catch (error) {
    await closeAll(opened);
    throw explainKeyService(error);
  }
}

/** The leases that are broken on purpose are loaded only where a test asks for one. */
async function chooseLease({ testing: { brokenLease } }: Settings): Promise<RefreshLease> {
  if (brokenLease === null) return fencedLease;
  return (await import('./testing/broken-leases.ts')).brokenLeases[brokenLease];
}

async function closeAll(opened: readonly { close(): Promise<unknown> }[]): Promise<void> {
  for (const each of opened) await each.close();
}
