import { awsKms } from './aws-kms.ts';
import type { KeyService } from './root-key.ts';
import { vaultTransit } from './vault-transit.ts';

/** By the word that stands for them in `LATCHKEY_ROOT_KEYS`. */
export const keyServices = {
  'aws-kms': awsKms,
  'vault-transit': vaultTransit,
} as const satisfies Record<string, KeyService>;

export type KeyServiceName = keyof typeof keyServices;

export const keyServiceNames = Object.keys(keyServices) as KeyServiceName[];
