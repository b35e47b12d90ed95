import { fingerprint } from '@latchkey/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import { openBrowser } from '../../support/browser.ts';
import type { Client } from '../../support/client.ts';
import { within, type Recorder } from './recorder.ts';

interface Connecting {
  readonly client: Client;
  readonly publicUrl: string;
  readonly recorder: Recorder;
  readonly provider: string;
  /** Connects this one again. */
  readonly credentialId?: string;
  readonly signal: AbortSignal;
}

const browserMs = 15_000;
const patienceMs = 60_000;

/**
 * Goes through consent as a person does, and waits for the end of the exchange.
 * @returns the id of the credential; null when it did not come to a good end
 */
export async function connectAccount(connecting: Connecting): Promise<string | null> {
  const { client, publicUrl, recorder, provider, credentialId, signal } = connecting;
  const body = { provider, confirm: false, ...(credentialId === undefined ? {} : { credentialId }) };
  const started = await recorder.call('connect', () => client.post('/v1/authorizations', body));
  if (started?.status !== 201) return null;
  const authorizationId = started.body.id as string;
  try {
    const browser = openBrowser();
    const { url } = await within(browserMs, () =>
      browser.follow(started.body.authorizationUrl, `${publicUrl}/oauth/callback`),
    );
    // Before the code is on its way: whatever becomes of it, the provider's grant is known as this authorization's.
    recorder.codes.set(fingerprint(new URL(url).searchParams.get('code') ?? ''), authorizationId);
    await within(browserMs, () => browser.follow(url));
  } catch {
    return null; // that API process is down
  }
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline && !signal.aborted; await wait(500)) {
    const answer = await recorder.call('follow', () =>
      client.get(`/v1/authorizations/${authorizationId}?wait=5`),
    );
    if (answer?.status !== 200) continue;
    if (answer.body.status === 'succeeded') return answer.body.credentialId as string;
    if (['failed', 'expired', 'cancelled'].includes(answer.body.status)) return null;
  }
  return null;
}
