import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { crashPoints, type CrashPoint } from './crash-point.ts';
import { ConfigurationError } from './errors.ts';
import type { OutboundProxy } from './outbound/index.ts';
import { publicOrigin, publicPath } from './public-url.ts';
import { Secret } from './secret.ts';
import type { RootKeysFile } from './vault/keyring.ts';
import { readRootKeysFile } from './vault/root-keys-file.ts';

/** Zod runs a refinement even when the URL before it did not parse. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { pathname, search, hash } = new URL(text);
  return /^\/*$/.test(pathname) && search === '' && hash === '';
}

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, pathname, search, hash } = new URL(text);
  try {
    decodeURIComponent(username + password);
  } catch {
    return false;
  }
  return /^https?:$/.test(protocol) && `${pathname}${search}${hash}` === '/';
}

const origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && isOrigin(text),
    'must be an origin such as http://127.0.0.1:4010, without a path',
  );

/** Letters that browsers, proxies and cookies take as they are: nothing of it is ever written in two ways. */
const plainPath = /^(\/[\w.-]+)*$/;

const publicUrl = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text),
    'must be a URL such as https://latchkey.example.org or https://example.org/tools/latchkey',
  )
  .refine((text) => !URL.canParse(text) || !/[?#]/.test(text), 'must have no query and no fragment')
  .refine(
    (text) => !URL.canParse(text) || plainPath.test(publicPath(text)),
    'may have a path of letters, digits, ".", "_" and "-" only, such as /tools/latchkey',
  )
  .transform((text) => publicOrigin(text) + publicPath(text));

const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const endpointOverrides = z
  .string()
  .transform((text, check) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      check.addIssue({
        code: 'custom',
        message: 'must be JSON such as {"https://api.notion.com": "http://127.0.0.1:4010/notion"}',
      });
      return z.NEVER;
    }
  })
  .pipe(z.record(origin, z.url({ protocol: /^https?$/ })));

/** Refresh leases that do not hold: the chaos checker must find what they break. */
const brokenLeases = ['no-lease', 'no-fence', 'ttl-lock'] as const;
export type BrokenLease = (typeof brokenLeases)[number];

const environment = z.object({
  NODE_ENV: z.string().default('development'),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be a URL such as postgres://user:password@host:5432/database',
  }),
  REDIS_URL: commaSeparated
    .pipe(
      z.array(
        z.url({
          protocol: /^rediss?$/,
          error: 'must be a URL such as redis://host:6379; several, comma-separated, are a cluster',
        }),
      ),
    )
    .default([]),
  /** Redirect URIs are built from it. */
  PUBLIC_URL: publicUrl.default('http://localhost:3000'),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  LATCHKEY_ROOT_KEYS: z.string().optional(),
  LATCHKEY_ROOT_KEYS_FILE: z.string().optional(),
  DATA_KEY_CACHE_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
  DATA_KEY_CACHE_SIZE: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  LATCHKEY_ADMIN_TOKEN: z.string().min(20, 'must have at least 20 characters').optional(),
  PROVIDERS_DIR: z.string().optional(),
  OUTBOUND_ALLOW_INSECURE: commaSeparated.pipe(z.array(origin)).default([]),
  OUTBOUND_ALLOW_INSECURE_IN_PRODUCTION: z.enum(['yes', 'no']).default('no'),
  OUTBOUND_PROXY: z
    .string()
    .refine(isProxyUrl, 'must be a URL without a path such as http://user:password@proxy:3128')
    .optional(),
  PROVIDER_ENDPOINT_OVERRIDES: endpointOverrides.default({}),
  KEY_RECHECK_HOURS: z.coerce.number().int().min(0).max(8760).default(0),
  KEY_JOB_ROWS_PER_SECOND: z.coerce.number().int().min(1).max(100_000).default(2000),
  AUDIT_RETENTION_DAYS: z.coerce.number().int().min(30, 'must be at least 30').max(36_500).optional(),
  ROW_LEVEL_SECURITY: z.enum(['on', 'off']).default('on'),
  LEASE_MAX_WAITING: z.coerce.number().int().min(1).max(1_000_000).default(2000),
  RETURN_URL_ORIGINS: commaSeparated.pipe(z.array(origin)).default([]),
  CRASH_AT: z.enum(crashPoints).optional(),
  BROKEN_LEASE: z.enum(brokenLeases).optional(),
});

export interface DefaultClient {
  readonly clientId: string;
  readonly clientSecret: Secret | null;
}

export interface Settings {
  readonly production: boolean;
  readonly databaseUrl: string;
  readonly redisUrl: string | null;
  /** Origin and path, without a trailing slash. */
  readonly publicUrl: string;
  readonly dataDir: string;
  readonly logLevel: string;
  /** `id:base64,…` or `id:<key service>:<key>,…`, first is primary. */
  readonly rootKeys: Secret;
  /** Where they were read from; null when they are in the environment. */
  readonly rootKeysFile: RootKeysFile | null;
  /** A variable of a key service; null when it is unset or empty. */
  readonly keyServiceVariable: (name: string) => string | null;
  /** How long a data key in clear may be used without asking its root key again, and how many there may be. */
  readonly dataKeyCache: { readonly lifetimeSeconds: number; readonly maxEntries: number };
  readonly adminToken: Secret;
  readonly providersDir: string | null;
  /** By provider id. */
  readonly defaultClients: ReadonlyMap<string, DefaultClient>;
  readonly outboundAllowInsecure: readonly string[];
  readonly outboundProxy: OutboundProxy | null;
  readonly endpointOverrides: Readonly<Record<string, string>>;
  /** Hours between re-checks of an API key; 0 is never. */
  readonly keyRecheckHours: number;
  /** Records or data keys that key jobs encrypt anew, all workers together. */
  readonly keyJobRowsPerSecond: number;
  /** After so many days audit entries are removed; null: never. */
  readonly auditRetentionDays: number | null;
  /** Whether PostgreSQL holds back rows of other workspaces, whatever a statement says. */
  readonly rowLevelSecurity: boolean;
  /** Leases that wait for a token at once, per API process. */
  readonly leaseMaxWaiting: number;
  /** Origins besides that of `publicUrl` that a `returnUrl` may have. */
  readonly returnUrlOrigins: readonly string[];
  /** For tests of the product alone; refused in production. */
  readonly testing: { readonly crashAt: CrashPoint | null; readonly brokenLease: BrokenLease | null };
}

/** One readable line per bad variable. */
export function describeIssues(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    return `${issue.path.join('.')}: ${missing ? 'is required' : issue.message}`;
  });
}

/**
 * Reads what every process shares.
 * @param env `process.env`; an empty variable counts as unset
 * @throws ConfigurationError with one line per bad variable
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const parsed = environment.safeParse(withoutEmpty(env), { reportInput: true });
  if (!parsed.success) throw new ConfigurationError(describeIssues(parsed.error));
  const values = parsed.data;
  const production = values.NODE_ENV === 'production';
  const overrides = values.PROVIDER_ENDPOINT_OVERRIDES;
  const problems: string[] = [];
  if (production) {
    if (Object.keys(overrides).length > 0)
      problems.push('PROVIDER_ENDPOINT_OVERRIDES: is refused in production');
    if (values.OUTBOUND_ALLOW_INSECURE.length > 0 && values.OUTBOUND_ALLOW_INSECURE_IN_PRODUCTION !== 'yes') {
      problems.push(
        'OUTBOUND_ALLOW_INSECURE: is refused in production unless OUTBOUND_ALLOW_INSECURE_IN_PRODUCTION=yes',
      );
    }
    // Calls to providers check certificates whatever it says; those to the sign-in issuer, PostgreSQL and Redis would not.
    if (env['NODE_TLS_REJECT_UNAUTHORIZED']?.trim() === '0')
      problems.push(
        'NODE_TLS_REJECT_UNAUTHORIZED: is refused in production; NODE_EXTRA_CA_CERTS adds an authority',
      );
    for (const name of ['CRASH_AT', 'BROKEN_LEASE'] as const)
      if (values[name] !== undefined) problems.push(`${name}: is refused in production`);
    if (values.LATCHKEY_ROOT_KEYS === undefined && values.LATCHKEY_ROOT_KEYS_FILE === undefined)
      problems.push('LATCHKEY_ROOT_KEYS: is required in production (id:base64 of 32 bytes)');
    if (values.LATCHKEY_ADMIN_TOKEN === undefined)
      problems.push('LATCHKEY_ADMIN_TOKEN: is required in production');
  }
  if (values.LATCHKEY_ROOT_KEYS !== undefined && values.LATCHKEY_ROOT_KEYS_FILE !== undefined)
    problems.push('LATCHKEY_ROOT_KEYS_FILE: is set, and so is LATCHKEY_ROOT_KEYS; leave one of them out');
  if (problems.length > 0) throw new ConfigurationError(problems);
  const dataDir = resolve(values.DATA_DIR);
  return {
    production,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL.length === 0 ? null : values.REDIS_URL.join(','),
    publicUrl: values.PUBLIC_URL,
    dataDir,
    logLevel: values.LOG_LEVEL,
    ...readRootKeys(dataDir, values.LATCHKEY_ROOT_KEYS, values.LATCHKEY_ROOT_KEYS_FILE),
    keyServiceVariable: (name) => withoutEmpty(env)[name]?.trim() ?? null,
    dataKeyCache: {
      lifetimeSeconds: values.DATA_KEY_CACHE_SECONDS,
      maxEntries: values.DATA_KEY_CACHE_SIZE,
    },
    adminToken: new Secret(
      values.LATCHKEY_ADMIN_TOKEN ??
        readOrCreate(dataDir, 'admin-token', () => `lk_${randomBytes(32).toString('base64url')}`),
    ),
    providersDir: values.PROVIDERS_DIR === undefined ? null : resolve(values.PROVIDERS_DIR),
    defaultClients: readDefaultClients(env),
    outboundAllowInsecure: [...values.OUTBOUND_ALLOW_INSECURE, ...Object.values(overrides)].map(
      (text) => new URL(text).origin,
    ),
    outboundProxy: values.OUTBOUND_PROXY === undefined ? null : readProxy(values.OUTBOUND_PROXY),
    endpointOverrides: overrides,
    keyRecheckHours: values.KEY_RECHECK_HOURS,
    keyJobRowsPerSecond: values.KEY_JOB_ROWS_PER_SECOND,
    auditRetentionDays: values.AUDIT_RETENTION_DAYS ?? null,
    rowLevelSecurity: values.ROW_LEVEL_SECURITY === 'on',
    leaseMaxWaiting: values.LEASE_MAX_WAITING,
    returnUrlOrigins: values.RETURN_URL_ORIGINS.map((text) => new URL(text).origin),
    testing: { crashAt: values.CRASH_AT ?? null, brokenLease: values.BROKEN_LEASE ?? null },
  };
}

function readProxy(text: string): OutboundProxy {
  const url = new URL(text);
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':');
  return { origin: url.origin, credentials: credentials === ':' ? null : new Secret(credentials) };
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
}

function readDefaultClients(env: NodeJS.ProcessEnv): Map<string, DefaultClient> {
  const clients = new Map<string, DefaultClient>();
  for (const [name, value] of Object.entries(withoutEmpty(env))) {
    const provider = /^OAUTH_([A-Z0-9_]+)_CLIENT_ID$/.exec(name)?.[1];
    if (provider === undefined || value === undefined) continue;
    const secret = env[`OAUTH_${provider}_CLIENT_SECRET`]?.trim();
    clients.set(provider.toLowerCase(), {
      clientId: value.trim(),
      clientSecret: secret === undefined || secret === '' ? null : new Secret(secret),
    });
  }
  return clients;
}

function readRootKeys(dataDir: string, text: string | undefined, path: string | undefined) {
  if (text !== undefined) return { rootKeys: new Secret(text), rootKeysFile: null };
  const rootKeysFile: RootKeysFile =
    path === undefined
      ? { path: createRootKey(dataDir), variable: 'DATA_DIR' }
      : { path: resolve(path), variable: 'LATCHKEY_ROOT_KEYS_FILE' };
  return {
    rootKeys: new Secret(readRootKeysFile(rootKeysFile.path, rootKeysFile.variable)),
    rootKeysFile,
  };
}

function createRootKey(dataDir: string): string {
  readOrCreate(dataDir, 'root-keys', () => `local:${randomBytes(32).toString('base64')}`);
  return join(dataDir, 'root-keys');
}

/** Several processes may start at once: the first to link its complete file decides. */
function readOrCreate(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) {
      writeFileSync(draft, make(), { flag: 'wx', mode: 0o600 });
      linkSync(draft, file);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ConfigurationError([`DATA_DIR: cannot write ${file}: ${(error as Error).message}`]);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  const text = readFileSync(file, 'utf8').trim();
  if (text === '')
    throw new ConfigurationError([
      `DATA_DIR: ${file} is empty; restore it from a backup or set the variable`,
    ]);
  return text;
}
