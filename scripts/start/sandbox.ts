import { setTimeout as wait } from 'node:timers/promises';
import type { Part } from './part.ts';
import { StopError } from './stop-error.ts';

/** Where the catalogue expects the provider "Sandbox"; no such host exists. */
const sandboxOrigin = 'https://sandbox.latchkey.test';

/** Providers with OAuth that the sandbox stands in for, and their real origins. */
const oauthProviders: Readonly<Record<string, readonly string[]>> = {
  sandbox: [sandboxOrigin],
  notion: ['https://api.notion.com'],
  google_drive: [
    'https://accounts.google.com',
    'https://oauth2.googleapis.com',
    'https://www.googleapis.com',
  ],
  dropbox: ['https://www.dropbox.com', 'https://api.dropboxapi.com'],
  onedrive: ['https://login.microsoftonline.com', 'https://graph.microsoft.com'],
};

/**
 * What the API and the worker need in their environment to use the sandbox. A provider for which the operator
 * has set a client of their own is the real one.
 * @param overrides real origin to the stand-in's URL
 */
export function sandboxVariables(
  given: NodeJS.ProcessEnv,
  url: string,
  overrides: Readonly<Record<string, string>>,
): Record<string, string> {
  const reachable: Record<string, string> = { ...overrides, [sandboxOrigin]: url };
  const variables: Record<string, string> = {};
  for (const [provider, origins] of Object.entries(oauthProviders)) {
    const prefix = `OAUTH_${provider.toUpperCase()}_CLIENT`;
    if (given[`${prefix}_ID`]?.trim()) {
      for (const origin of origins) delete reachable[origin];
    } else if (origins.some((origin) => origin in reachable)) {
      variables[`${prefix}_ID`] = `sandbox-${provider}`;
      variables[`${prefix}_SECRET`] = `sandbox-${provider}-secret`;
    }
  }
  // The API says what is wrong with one that cannot be read.
  const own = parseObject(given['PROVIDER_ENDPOINT_OVERRIDES']?.trim() || '{}');
  if (own !== null) variables['PROVIDER_ENDPOINT_OVERRIDES'] = JSON.stringify({ ...reachable, ...own });
  return variables;
}

/** The example product in the sandbox comes back from the connect page to its own address. */
export function returnUrlOrigins(given: NodeJS.ProcessEnv, url: string): string {
  const own = [url, url.replace('127.0.0.1', 'localhost')];
  return [given['RETURN_URL_ORIGINS']?.trim() ?? '', ...own].filter((each) => each !== '').join(',');
}

/** Tells the example product which Latchkey it uses. It has no other way to know: the token may be made at the first start. */
export async function introduceLatchkey(
  sandboxUrl: string,
  latchkey: { url: string; token: string },
): Promise<void> {
  const answer = await fetch(`${sandboxUrl}/control/latchkey`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(latchkey),
  });
  if (!answer.ok) throw new StopError(`The sandbox refused the address of Latchkey: ${answer.status}.`);
}

function parseObject(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}

/** Waits until the sandbox answers. @returns its overrides for all providers */
export async function readSandboxOverrides(url: string, part: Part): Promise<Record<string, string>> {
  const deadline = Date.now() + 30_000;
  for (; Date.now() < deadline && part.ending() === null; await wait(50)) {
    // It listens a moment before it answers: what it got by then is never answered.
    const answer = await fetch(`${url}/control/overrides`, { signal: AbortSignal.timeout(500) }).catch(
      () => null,
    );
    if (answer?.ok === true) return (await answer.json()) as Record<string, string>;
  }
  throw new StopError('The sandbox providers did not start; their message is above.');
}
