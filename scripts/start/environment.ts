import { freePort } from './free-port.ts';

/** What the supervisor itself reads. Everything else is checked by the process that uses it. */
export interface StartEnvironment {
  readonly production: boolean;
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Stand-ins for every built-in provider, not only for "Sandbox". */
  readonly allProvidersAreSandboxed: boolean;
  readonly adminTokenIsGiven: boolean;
  /** For the parts: the given one, with what follows from it. */
  readonly env: NodeJS.ProcessEnv;
}

/** @param given `process.env`; an empty variable counts as unset */
export async function readStartEnvironment(given: NodeJS.ProcessEnv): Promise<StartEnvironment> {
  const value = (name: string) => given[name]?.trim() || null;
  const dataDir = value('DATA_DIR') ?? '.data';
  // PORT=0 asks for any free one. The API complains about one that is not a number.
  const port = value('PORT') === '0' ? await freePort() : Number(value('PORT') ?? 3000);
  const env: NodeJS.ProcessEnv = { ...given, DATA_DIR: dataDir };
  if (Number.isInteger(port)) {
    env['PORT'] = String(port);
    env['PUBLIC_URL'] = value('PUBLIC_URL') ?? `http://localhost:${port}`;
  }
  return {
    production: value('NODE_ENV') === 'production',
    databaseUrl: value('DATABASE_URL'),
    dataDir,
    host: value('HOST') ?? 'localhost',
    port,
    allProvidersAreSandboxed: value('LATCHKEY_SANDBOX_PROVIDERS') === 'all',
    adminTokenIsGiven: value('LATCHKEY_ADMIN_TOKEN') !== null,
    env,
  };
}
