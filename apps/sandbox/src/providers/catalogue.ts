import type { StandIn } from '../endpoint.ts';
import { dropbox } from './dropbox.ts';
import { firecrawl } from './firecrawl.ts';
import { google } from './google.ts';
import { jinaReader } from './jina-reader.ts';
import { lab } from './lab.ts';
import { microsoft } from './microsoft.ts';
import { notion } from './notion.ts';
import { sandboxKey } from './sandbox-key.ts';

/** Every stand-in. A new provider is a file and a line here. */
export const standIns: readonly StandIn[] = [
  notion,
  jinaReader,
  firecrawl,
  google,
  dropbox,
  microsoft,
  sandboxKey,
  lab,
];

/** `PROVIDER_ENDPOINT_OVERRIDES` for a sandbox at this base URL: real origin → where it is mounted. */
export function overridesFor(url: string): Record<string, string> {
  const origins = standIns.flatMap((standIn) => Object.entries(standIn.origins));
  return Object.fromEntries(origins.map(([origin, prefix]) => [origin, `${url}${prefix}`]));
}
