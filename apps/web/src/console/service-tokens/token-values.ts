import type { ServiceToken } from '@latchkey/api/answers.ts';
import type { ServiceTokenInput } from '../../api/service-tokens.ts';

export const expiries = ['never', 'days30', 'days90', 'days365', 'custom'] as const;
type Expiry = (typeof expiries)[number] | 'keep';

const days: Partial<Record<Expiry, number>> = { days30: 30, days90: 90, days365: 365 };

/** What is typed into the forms of service tokens. */
export interface TokenValues {
  name: string;
  role: ServiceToken['role'];
  expiry: Expiry;
  /** As an input of type `datetime-local` has it: in the time zone of the browser. */
  at: string;
  networks: string;
  personal: boolean;
}

export const emptyToken: TokenValues = {
  name: '',
  role: 'runner',
  expiry: 'never',
  at: '',
  networks: '',
  personal: false,
};

export function valuesOf({ name, role, expiresAt, allowedAddresses }: ServiceToken): TokenValues {
  return {
    ...emptyToken,
    name,
    role,
    expiry: expiresAt === null ? 'never' : 'keep',
    networks: (allowedAddresses ?? []).join('\n'),
  };
}

/** @returns ISO 8601; null: never; undefined: as it is @param now milliseconds since 1970 */
export function expiryTime({ expiry, at }: TokenValues, now: number): string | null | undefined {
  if (expiry === 'keep') return undefined;
  if (expiry === 'never') return null;
  if (expiry === 'custom') return new Date(at).toISOString();
  return new Date(now + (days[expiry] ?? 0) * 86_400_000).toISOString();
}

/** One a line, or separated by commas; nothing at all: from anywhere. */
export function networksOf(text: string): ServiceTokenInput['allowedAddresses'] {
  const networks = text.split(/[\s,]+/).filter((network) => network !== '');
  return networks.length === 0 ? null : networks;
}
