import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { keyServiceNames } from '../vault/key-services/catalogue.ts';
import { openKeyring, type KeyCall, type KeyProvider } from '../vault/index.ts';
import type { KeyKind } from '../vault/key-provider.ts';
import { kmsErrors, startAwsKmsServer } from './aws-kms-server.ts';
import type { KeyServer, KeyServerFault } from './key-server.ts';
import { startVaultTransitServer, vaultErrors } from './vault-transit-server.ts';

/** A place where root keys live, for tests that hold for every one of them. */
export interface KeyHome {
  readonly kind: string;
  /** Null where no service is asked. */
  readonly server: KeyServer | null;
  /** What a process needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes a key. @returns what stands behind its id in `LATCHKEY_ROOT_KEYS` */
  newKey(): string;
  /** The same for a key that the service does not have. */
  readonly missingKey: string;
  /** Answers that mean "not now". */
  readonly passing: Readonly<Record<string, KeyServerFault>>;
  close(): Promise<void>;
}

/** One for every kind there is; a missing one is a type error. */
export const keyHomes: Readonly<Record<KeyKind, () => Promise<KeyHome>>> = {
  local: async () => ({
    kind: 'local',
    server: null,
    env: {},
    newKey: () => randomBytes(32).toString('base64'),
    missingKey: '',
    passing: {},
    close: async () => undefined,
  }),
  async 'aws-kms'() {
    const server = await startAwsKmsServer();
    return {
      kind: 'aws-kms',
      server,
      env: server.env,
      newKey: () => `aws-kms:${server.createKey()}`,
      missingKey: 'aws-kms:alias/nobody',
      passing: { ...kmsErrors, garbage: 'garbage' },
      close: () => server.close(),
    };
  },
  async 'vault-transit'() {
    const server = await startVaultTransitServer();
    let count = 0;
    return {
      kind: 'vault-transit',
      server,
      env: server.env,
      newKey() {
        count += 1;
        server.createKey(`latchkey-${count}`);
        return `vault-transit:latchkey-${count}`;
      },
      missingKey: 'vault-transit:nobody',
      passing: { ...vaultErrors, garbage: 'garbage' },
      close: () => server.close(),
    };
  },
};

/** Those that are services. */
export const serviceHomes = keyServiceNames;

interface RingOptions {
  readonly onCall?: (call: KeyCall) => void;
  readonly mostMs?: number;
  readonly onLog?: (line: string) => void;
}

/** A keyring as a process of its own would open it. The AWS SDK reads the environment of the process by itself. */
export async function openRing(
  home: Pick<KeyHome, 'env'>,
  text: string,
  { onLog, ...options }: RingOptions = {},
): Promise<KeyProvider> {
  return openKeyring({
    text,
    file: null,
    variable: (name) => home.env[name] || null,
    allowInsecure: [],
    log: onLog === undefined ? pino({ level: 'silent' }) : pino({ level: 'trace' }, { write: onLog }),
    ...options,
  });
}
