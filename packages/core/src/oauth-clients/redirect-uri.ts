import type { Settings } from '../settings.ts';

/** The one redirect URI of a provider: from configuration alone, byte-identical in both legs. [RFC 9700 §2.1] */
export function redirectUri(settings: Settings, provider: string): string {
  return `${settings.publicUrl}/oauth/callback/${provider}`;
}
