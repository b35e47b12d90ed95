import { setTimeout as wait } from 'node:timers/promises';
import type { DemoApi } from './api.ts';

/** The part of the sandbox's control API that the demo uses. */
export interface SandboxControl {
  settings(patch: object): Promise<void>;
  fault(fault: object): Promise<void>;
  /** Waits until a request of this kind has arrived and is not answered. */
  untilInFlight(endpoint: string): Promise<void>;
}

/** Starts a connection and returns where its browser goes next. Nobody who calls it ever sees the provider's password. */
async function start(api: DemoApi): Promise<{ id: string; location: string; cookie: string }> {
  const { id, authorizationUrl } = await api.call('POST', '/v1/authorizations', {
    provider: 'sandbox',
    confirm: false,
  });
  const response = await fetch(authorizationUrl, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location === null)
    throw new Error(`The start page answered ${response.status} instead of going on to the provider.`);
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return { id, location, cookie };
}

/** Finds the sandbox where a connection leads. */
export async function openSandbox(api: DemoApi): Promise<SandboxControl> {
  const { id, location } = await start(api);
  await api.call('POST', `/v1/authorizations/${id}/cancel`);
  const control = `${new URL(location).origin}/control`;
  const post = async (path: string, body: object): Promise<void> => {
    const response = await fetch(control + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The sandbox answered ${response.status}: ${await response.text()}`);
  };
  return {
    settings: (patch) => post('/settings', patch),
    fault: (fault) => post('/faults', fault),
    async untilInFlight(endpoint) {
      for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(50)) {
        const log = (await (await fetch(`${control}/log?provider=sandbox&endpoint=${endpoint}`)).json()) as {
          outcome: string;
        }[];
        if (log.at(-1)?.outcome === 'pending') return;
      }
      throw new Error(`No request of kind ${endpoint} reached the sandbox within 30 s.`);
    },
  };
}

/** Goes the way of a person's browser: our start page, the provider's consent, our callback. @returns the authorization's id */
export async function connectSandbox(api: DemoApi): Promise<string> {
  const { id, location, cookie } = await start(api);
  const consent = await fetch(location, { redirect: 'manual' });
  const callback = consent.headers.get('location');
  if (callback === null) throw new Error(`The sandbox answered ${consent.status} instead of approving.`);
  const page = await fetch(callback, { redirect: 'manual', headers: { cookie } });
  if (!page.ok) throw new Error(`The callback answered ${page.status}.`);
  return id;
}
