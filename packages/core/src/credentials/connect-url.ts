import type { Settings } from '../settings.ts';

/** Where a person connects this credential again. */
export function connectUrl(settings: Settings, credentialId: string): string {
  return `${settings.publicUrl}/connect/${credentialId}`;
}
