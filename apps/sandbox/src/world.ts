import type { Consents } from './consent/consents.ts';
import type { FaultQueue } from './faults/fault-queue.ts';
import type { Latchkey } from './pipeline-editor/latchkey.ts';
import type { RequestLog } from './log/request-log.ts';
import type { ApiKeys } from './state/api-keys.ts';
import type { Clients } from './state/clients.ts';
import type { GrantIndex } from './state/grant-index.ts';
import type { Settings } from './state/settings.ts';
import type { TokenStore } from './state/token-store.ts';

/** Everything one running sandbox knows. Stand-ins get it handed in; nothing lives in module scope. */
export interface World {
  /** The base URL that browsers and programs use, without a trailing slash. */
  readonly url: string;
  settings: Settings;
  /** What the example product connects to; null: it says that nothing is set. */
  latchkey: Latchkey | null;
  readonly clients: Clients;
  readonly keys: ApiKeys;
  readonly tokens: TokenStore;
  readonly grantIndex: GrantIndex;
  readonly faults: FaultQueue;
  readonly log: RequestLog;
  readonly consents: Consents;
  /** Aborts when the sandbox closes: hung and delayed requests end then. */
  readonly closing: AbortSignal;
}
