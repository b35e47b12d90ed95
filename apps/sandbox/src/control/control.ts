import { z } from 'zod';
import type { FaultInput, QueuedFault } from '../faults/fault.ts';
import type { LogEntry, LogQuery } from '../log/log-entry.ts';
import { latchkeySchema, type LatchkeyInput } from '../pipeline-editor/latchkey.ts';
import { providerIdSchema } from '../provider-ids.ts';
import { issueGrant } from '../providers/lab-issue-grant.ts';
import type { GrantInput, IssuedGrant } from '../providers/lab-issue-grant.ts';
import type { KeyInput } from '../state/api-keys.ts';
import { clientInputSchema } from '../state/clients.ts';
import type { ClientInput } from '../state/clients.ts';
import type { GrantQuery, GrantSelector, GrantSource, GrantView } from '../state/grant-source.ts';
import { patchSettings } from '../state/settings.ts';
import type { Settings, SettingsPatch } from '../state/settings.ts';
import type { World } from '../world.ts';

export const grantSelectorSchema = z
  .object({ provider: providerIdSchema, grantId: z.string().optional() })
  .strict();

/** What tests and demos may do to a sandbox. The same in process and over HTTP. Bad input rejects. */
export interface SandboxControl {
  /** Entries in order of arrival, fingerprints instead of tokens. */
  log(query?: LogQuery): Promise<LogEntry[]>;
  clearLog(): Promise<void>;
  addFault(fault: FaultInput): Promise<QueuedFault>;
  /** Faults that have not been used up. */
  faults(): Promise<QueuedFault[]>;
  clearFaults(): Promise<void>;
  settings(): Promise<Settings>;
  updateSettings(patch: SettingsPatch): Promise<Settings>;
  /** Adds an OAuth client, or replaces the one with the same id. */
  registerClient(client: ClientInput): Promise<void>;
  /** Adds an API key, or changes what the provider says to it. */
  registerKey(key: KeyInput): Promise<void>;
  /** Ends the life of access tokens now; says how many. */
  expireAccessTokens(selector: GrantSelector): Promise<{ count: number }>;
  /** The user takes the access back at the provider; says how many grants ended. */
  revokeGrants(selector: GrantSelector): Promise<{ count: number }>;
  grants(query?: GrantQuery): Promise<GrantView[]>;
  /** For benchmarks, lab providers only: a grant without consent and exchange, tokens included. */
  issueGrant(input: GrantInput): Promise<IssuedGrant>;
  /** Which Latchkey the example product uses. */
  useLatchkey(latchkey: LatchkeyInput): Promise<void>;
  /** For `PROVIDER_ENDPOINT_OVERRIDES`. */
  overrides(): Promise<Record<string, string>>;
  healthz(): Promise<{ status: 'ok' }>;
}

/** The operations on a sandbox of this process. */
export function createControl(
  world: World,
  sources: readonly GrantSource[],
  overrides: Record<string, string>,
): SandboxControl {
  const total = (act: (source: GrantSource) => number): { count: number } => ({
    count: sources.reduce((count, source) => count + act(source), 0),
  });
  return {
    log: async (query) => world.log.read(query),
    clearLog: async () => world.log.clear(),
    addFault: async (fault) => world.faults.add(fault, world.settings.seed),
    faults: async () => world.faults.list(),
    clearFaults: async () => world.faults.clear(),
    settings: async () => world.settings,
    updateSettings: async (patch) => (world.settings = patchSettings(world.settings, patch)),
    registerClient: async (client) => world.clients.register(clientInputSchema.parse(client)),
    registerKey: async (key) => world.keys.register(key),
    expireAccessTokens: async (input) => {
      const selector = grantSelectorSchema.parse(input);
      return total((source) => source.expireAccessTokens(selector));
    },
    revokeGrants: async (input) => {
      const selector = grantSelectorSchema.parse(input);
      return total((source) => source.revokeGrants(selector));
    },
    grants: async (query = {}) => {
      const selector = grantSelectorSchema.partial().parse(query);
      return sources.flatMap((source) => source.grants(selector));
    },
    issueGrant: async (input) => issueGrant(world, input),
    useLatchkey: async (latchkey) => void (world.latchkey = latchkeySchema.parse(latchkey)),
    overrides: async () => overrides,
    healthz: async () => ({ status: 'ok' }),
  };
}
