import { once } from 'node:events';
import { createServer } from 'node:http';
import { buildApp } from './app.ts';
import { createControl } from './control/control.ts';
import type { SandboxControl } from './control/control.ts';
import { createWorld } from './create-world.ts';
import { OidcStore } from './oidc/adapter.ts';
import { createProvider } from './oidc/create-provider.ts';
import { createOidcServer } from './oidc/dispatch.ts';
import { oidcEndpoints } from './oidc/endpoints.ts';
import { latchkeySchema, type LatchkeyInput } from './pipeline-editor/latchkey.ts';
import { overridesFor } from './providers/catalogue.ts';

export interface SandboxOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
  /** How others reach it, where that is not the address it listens on (containers). */
  publicUrl?: string;
  /** Which Latchkey the example product uses. */
  latchkey?: LatchkeyInput;
  log?: (message: string) => void;
}

export interface Sandbox {
  /** Base URL without a trailing slash. The OAuth server's issuer is `<url>/oidc`. */
  url: string;
  /** For `PROVIDER_ENDPOINT_OVERRIDES`. */
  overrides: Record<string, string>;
  control: SandboxControl;
  /** Ends at once: hung and delayed requests are cut off. */
  close(): Promise<void>;
}

/** Starts pretend providers for development and tests. Rejects in production and when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The sandbox gives tokens to anybody who asks; it does not start with NODE_ENV=production.',
    );
  }
  const { host = '127.0.0.1', port = 0, log = () => undefined } = options;
  const closing = new AbortController();
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The sandbox needs a TCP port.');
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  const url = (options.publicUrl ?? `http://${name}:${address.port}`).replace(/\/$/, '');

  const world = createWorld(url, closing.signal);
  if (options.latchkey !== undefined) world.latchkey = latchkeySchema.parse(options.latchkey);
  const store = new OidcStore(world.clients, world.grantIndex);
  const oidc = createOidcServer(world, await createProvider(world, store));
  const overrides = overridesFor(url);
  const control = createControl(world, [world.tokens, store], overrides);
  const app = await buildApp(server, world, control, oidcEndpoints(oidc));
  log(`Sandbox providers on ${url} (${Object.keys(overrides).length} origins, OAuth server at ${url}/oidc)`);

  const close = async (): Promise<void> => {
    closing.abort();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await Promise.all([closed, app.close(), oidc.close()]);
  };
  let closeOnce: Promise<void> | undefined;
  return { url, overrides, control, close: async () => (closeOnce ??= close()) };
}
