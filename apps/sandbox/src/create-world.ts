import { Consents } from './consent/consents.ts';
import { FaultQueue } from './faults/fault-queue.ts';
import { RequestLog } from './log/request-log.ts';
import { ApiKeys } from './state/api-keys.ts';
import { Clients } from './state/clients.ts';
import { reuseSeconds } from './providers/lab-rotation.ts';
import { GrantIndex } from './state/grant-index.ts';
import { defaultSettings } from './state/settings.ts';
import { TokenStore } from './state/token-store.ts';
import type { World } from './world.ts';

export function createWorld(url: string, closing: AbortSignal): World {
  const grantIndex = new GrantIndex();
  const world: World = {
    url,
    settings: defaultSettings(),
    latchkey: null,
    clients: new Clients(),
    keys: new ApiKeys(),
    tokens: new TokenStore(grantIndex, (provider) => reuseSeconds(provider, world.settings)),
    grantIndex,
    faults: new FaultQueue(),
    log: new RequestLog(),
    consents: new Consents(),
    closing,
  };
  return world;
}
