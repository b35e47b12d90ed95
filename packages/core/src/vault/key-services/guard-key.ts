import { isKeyServiceAway, VaultError, type VaultErrorCode } from '../vault-error.ts';
import type { CallSlots } from './call-slots.ts';
import { provable } from './proof.ts';
import type { RootKey, ServiceKey } from './root-key.ts';

/** From the wish to the answer, with the wait for a slot and all repetitions. */
export const mostMs = 10_000;

export interface KeyCall {
  readonly service: string;
  readonly operation: 'wrap' | 'unwrap' | 'prove' | 'verify';
  readonly outcome: 'succeeded' | VaultErrorCode;
  /** What the service took; null when the call never came to its turn. */
  readonly seconds: number | null;
}

interface GuardOptions {
  readonly service: string;
  readonly keyId: string;
  readonly slots: CallSlots;
  readonly onCall: (call: KeyCall) => void;
  readonly mostMs: number;
  readonly outage: { began(error: unknown): void; ended(): void };
}

/**
 * A root key in a service: few calls at once, each with a deadline that holds whatever the client library does, counted,
 * and with no error but `VaultError`, which names the key.
 */
export function guardKey(key: ServiceKey, options: GuardOptions): RootKey {
  const { service, keyId, slots, onCall, outage } = options;
  const call = async <T>(operation: KeyCall['operation'], ask: (signal: AbortSignal) => Promise<T>) => {
    const signal = AbortSignal.timeout(options.mostMs);
    let started: number | null = null;
    const ended = (outcome: KeyCall['outcome']) =>
      onCall({
        service,
        operation,
        outcome,
        seconds: started === null ? null : (performance.now() - started) / 1000,
      });
    try {
      const result = await slots.use(signal, () => {
        started = performance.now();
        return ask(signal);
      });
      ended('succeeded');
      outage.ended();
      return result;
    } catch (error) {
      const named = nameKey(error, signal, `${service}, key "${keyId}"`);
      ended(named.code);
      if (isKeyServiceAway(named)) outage.began(named);
      else outage.ended();
      throw named;
    }
  };
  return provable({
    wrap: (operation, data, plaintext) => call(operation, (signal) => key.encrypt(data, plaintext, signal)),
    unwrap: (operation, data, bytes) => call(operation, (signal) => key.decrypt(data, bytes, signal)),
  });
}

/** Without a cause: the error of a client library may hold the request, and with it a key or a token. */
function nameKey(error: unknown, signal: AbortSignal, where: string): VaultError {
  if (error instanceof VaultError && !(signal.aborted && isKeyServiceAway(error)))
    return new VaultError(error.code, {
      reason: `${where}: ${error.reason ?? 'not one of its ciphertexts'}`,
    });
  const reason = signal.aborted ? 'no answer in time' : 'an unexpected error';
  return new VaultError('key_service_unavailable', { reason: `${where}: ${reason}` });
}
