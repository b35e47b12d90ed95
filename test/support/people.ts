import { startSession } from '@latchkey/core/sessions';
import type { Role } from '@latchkey/core/roles.ts';
import { openClient, type Client } from './client.ts';
import type { Stack } from './stack.ts';

interface Person {
  readonly client: Client;
  readonly cookie: string;
  readonly sessionId: string;
}

/** Somebody whom an issuer has vouched for, in a browser of their own on a page of the console. */
export async function signInAs(
  stack: Stack,
  subject: string,
  role: Role,
  userAgent: string | null = null,
): Promise<Person> {
  const actor = { type: 'session', id: 'sign-in', name: subject, role, subject } as const;
  const asking = {
    workspaceId: stack.api.defaultWorkspaceId,
    actor,
    requestId: null,
    clientAddress: '192.0.2.1',
  };
  const { id, value } = await startSession(stack.api.contextFor(asking), { subject, role, userAgent });
  const cookie = `latchkey_session=${value.reveal()}`;
  return { client: withHeaders(stack, { cookie, 'sec-fetch-site': 'same-origin' }), cookie, sessionId: id };
}

/** A client of nobody's that sends some headers with every request. */
export function withHeaders(
  stack: Pick<Stack, 'url'>,
  given: Record<string, string>,
  token: string | null = null,
): Client {
  const plain = openClient(stack.url, token);
  const call: Client['call'] = (method, path, options = {}) =>
    plain.call(method, path, { ...options, headers: { ...given, ...options.headers } });
  return {
    call,
    get: (path, options) => call('GET', path, options),
    post: (path, body, options) =>
      call('POST', path, { ...options, ...(body === undefined ? {} : { body }) }),
    put: (path, body, options) => call('PUT', path, { ...options, body }),
    patch: (path, body, options) => call('PATCH', path, { ...options, body }),
    delete: (path, options) => call('DELETE', path, options),
  };
}
