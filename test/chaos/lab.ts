import { labProviders, type LabProvider } from '../support/lab-providers.ts';
import type { Policy } from './history.ts';

/** Short, so that refreshes are due all the time. */
export const accessTokenSeconds = 60;

export const chaosProviders: readonly LabProvider[] = labProviders;

export function policyOf(provider: string): Policy {
  return provider.slice('lab_'.length) as Policy;
}
