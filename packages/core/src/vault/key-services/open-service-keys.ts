import type { Logger } from 'pino';
import { watchOutage } from '../../queues/outage.ts';
import { openCallSlots } from './call-slots.ts';
import { keyServices, type KeyServiceName } from './catalogue.ts';
import { guardKey, mostMs, type KeyCall } from './guard-key.ts';
import type { KeyService, RootKey } from './root-key.ts';

/** Per service and process: many workspaces that are asked for at once must not be as many calls at once. */
const mostCallsAtOnce = 16;

export interface ServiceKeysOptions {
  /** A variable of the environment; null when it is unset or empty. */
  readonly variable: (name: string) => string | null;
  /** Origins besides this machine that may be plain http. */
  readonly allowInsecure: readonly string[];
  readonly onCall?: (call: KeyCall) => void;
  /** For an answer; 10 s unless told otherwise. */
  readonly mostMs?: number;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

interface KeyName {
  readonly id: string;
  readonly kind: KeyServiceName;
  readonly reference: string;
}

/** Connects to each service once, when its first key is opened. @returns throws ConfigurationError */
export function openServiceKeys(options: ServiceKeysOptions): (name: KeyName) => Promise<RootKey> {
  const services = new Map<KeyServiceName, ReturnType<typeof connect>>();
  return async ({ id, kind, reference }) => {
    const service = services.get(kind) ?? connect(keyServices[kind], options);
    services.set(kind, service);
    const { openKey, slots } = await service.catch((error: unknown) => {
      // What is wrong may be right when the keys are read again.
      services.delete(kind);
      throw error;
    });
    return guardKey(await openKey(reference), {
      service: kind,
      keyId: id,
      slots,
      mostMs: options.mostMs ?? mostMs,
      onCall: options.onCall ?? (() => undefined),
      outage: watchOutage(options.log, `The root key "${id}" in ${kind}`),
    });
  };
}

async function connect(service: KeyService, { variable, allowInsecure }: ServiceKeysOptions) {
  const mayCall = (url: URL) =>
    url.protocol === 'https:' || isThisMachine(url) || allowInsecure.includes(url.origin);
  return { openKey: await service.connect({ variable, mayCall }), slots: openCallSlots(mostCallsAtOnce) };
}

function isThisMachine({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
