import { expect } from 'vitest';
import { openBrowser, type Browser } from './browser.ts';
import type { Answer, Client } from './client.ts';
import type { Stack as WholeStack } from './stack.ts';

/** What the flows need of a stack or a deployment. */
type Stack = Pick<WholeStack, 'admin' | 'sandbox'>;

const finished = ['succeeded', 'failed', 'expired', 'cancelled'];

/** Follows an authorization by long polls until it ends. */
export async function finish(client: Client, id: string, seconds = 20): Promise<Answer['body']> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { body } = await client.get(`/v1/authorizations/${id}?wait=5`);
    if (finished.includes(body.status)) return body;
    if (Date.now() > deadline)
      throw new Error(`the authorization is still ${body.status}: ${JSON.stringify(body)}`);
  }
}

/** Adds an API key and waits for the verdict. */
export async function addKey(stack: Stack, provider: string, fields: Record<string, string>, name?: string) {
  const added = await stack.admin.post('/v1/credentials', {
    provider,
    fields,
    ...(name === undefined ? {} : { name }),
  });
  expect(added.status, added.text).toBe(202);
  const authorization = await finish(stack.admin, added.body.authorization.id);
  const credential = await stack.admin.get(`/v1/credentials/${added.body.credential.id}`);
  return { authorization, credential: credential.body };
}

interface ConnectOptions {
  readonly provider: string;
  readonly name?: string;
  readonly credentialId?: string;
  readonly allowAccountChange?: boolean;
  readonly returnUrl?: string;
  readonly browser?: Browser;
}

/** Connects an account by OAuth as a person with a browser does, without waiting for the exchange. */
export async function goThroughConsent(stack: Stack, { browser = openBrowser(), ...body }: ConnectOptions) {
  const started = await stack.admin.post('/v1/authorizations', { ...body, confirm: false });
  expect(started.status, started.text).toBe(201);
  const page = await browser.follow(started.body.authorizationUrl);
  return { authorizationId: started.body.id as string, page, browser };
}

/** Goes to the provider and back, but stops before the callback is opened. */
export async function goToCallback(stack: Stack, { browser = openBrowser(), ...body }: ConnectOptions) {
  const started = await stack.admin.post('/v1/authorizations', { ...body, confirm: false });
  expect(started.status, started.text).toBe(201);
  const { origin } = new URL(started.body.authorizationUrl);
  const { url } = await browser.follow(started.body.authorizationUrl, `${origin}/oauth/callback/`);
  return { id: started.body.id as string, callback: new URL(url), browser };
}

/** Connects an account and waits for the end. */
export async function connect(stack: Stack, options: ConnectOptions) {
  const { authorizationId, page, browser } = await goThroughConsent(stack, options);
  expect(page.status, page.text).toBe(200);
  const authorization = await finish(stack.admin, authorizationId);
  const credential =
    authorization.credentialId === null
      ? null
      : (await stack.admin.get(`/v1/credentials/${authorization.credentialId}`)).body;
  return { authorization, credential, browser };
}

/** The provider's own log of one kind of request. */
export async function providerLog(stack: Stack, provider: string, endpoint: string) {
  return stack.sandbox.control.log({ provider, endpoint } as Parameters<
    Stack['sandbox']['control']['log']
  >[0]);
}
