import type { SandboxControl } from './control.ts';

/** The control API of a sandbox in another process. Rejects with the sandbox's own words when it refuses. */
export function createSandboxControlClient(url: string): SandboxControl {
  const get = async <T>(path: string, query: object = {}): Promise<T> => {
    const parameters = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(
      Object.fromEntries(parameters.map(([name, value]) => [name, String(value)])),
    );
    return call<T>(url, 'GET', `${path}?${search.toString()}`);
  };
  const post = async <T>(path: string, body: object): Promise<T> => call<T>(url, 'POST', path, body);
  return {
    log: async (query) => get('/log', query),
    clearLog: async () => call(url, 'DELETE', '/log'),
    addFault: async (fault) => post('/faults', fault),
    faults: async () => get('/faults'),
    clearFaults: async () => call(url, 'DELETE', '/faults'),
    settings: async () => get('/settings'),
    updateSettings: async (patch) => post('/settings', patch),
    registerClient: async (client) => post('/clients', client),
    registerKey: async (key) => post('/keys', key),
    expireAccessTokens: async (selector) => post('/expire-access-tokens', selector),
    revokeGrants: async (selector) => post('/revoke-grants', selector),
    grants: async (query) => get('/grants', query),
    issueGrant: async (input) => post('/grants', input),
    useLatchkey: async (latchkey) => post('/latchkey', latchkey),
    overrides: async () => get('/overrides'),
    healthz: async () => get('/healthz'),
  };
}

async function call<T>(url: string, method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${url.replace(/\/$/, '')}/control${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`sandbox control ${method} ${path}: ${response.status} ${text}`);
  const result: T = text === '' ? undefined : JSON.parse(text);
  return result;
}
