import type { Instance } from './instance.ts';

// The demo is a program outside: it knows what the API documents and no type of its insides.
type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any

/** The HTTP API as any program uses it. */
export interface DemoApi {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  call(method: string, path: string, body?: object): Promise<Json>;
  /** Polls until the authorization has ended. */
  finish(id: string, seconds?: number): Promise<Json>;
  inNewWorkspace(): Promise<DemoApi>;
}

export function openApi(
  { url, adminToken }: Pick<Instance, 'url' | 'adminToken'>,
  workspace?: string,
): DemoApi {
  const headers = {
    authorization: `Bearer ${adminToken}`,
    ...(workspace === undefined ? {} : { 'x-workspace': workspace }),
  };

  async function call(method: string, path: string, body?: object): Promise<Json> {
    const response = await fetch(url + path, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Json;
    if (!response.ok)
      throw new Error(
        `${method} ${path} answered ${response.status}: ${answer['code']}: ${answer['detail']}`,
      );
    return answer;
  }

  return {
    url,
    headers,
    call,
    async finish(id, seconds = 60) {
      for (const deadline = Date.now() + seconds * 1000; ;) {
        const authorization = await call('GET', `/v1/authorizations/${id}?wait=10`);
        if (authorization['finishedAt'] !== null) return authorization;
        if (Date.now() > deadline)
          throw new Error(`The authorization ${id} is still ${authorization['status']} after ${seconds} s.`);
      }
    },
    async inNewWorkspace() {
      const name = `Demo ${new Date().toISOString()}`;
      const made = await call('POST', '/v1/workspaces', { name });
      return openApi({ url, adminToken }, String(made['id']));
    },
  };
}
