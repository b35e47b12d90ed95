import { ConfigurationError } from '@latchkey/core/errors.ts';
import { roles, type Role } from '@latchkey/core/roles.ts';
import { Secret } from '@latchkey/core/secret.ts';
import { describeIssues, readSettings, type Settings } from '@latchkey/core/settings.ts';
import { z } from 'zod';
import type { RateLimits } from './rate-limits/limit-classes.ts';
import { readRateLimits } from './rate-limits/read-rate-limits.ts';

const commaSeparated = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== ''),
);

const roleMapping = z.string().transform((text, check): ReadonlyMap<string, Role> => {
  const mapping = new Map<string, Role>();
  for (const part of text.split(',').map((pair) => pair.trim())) {
    const split = part.lastIndexOf('=');
    const role = roles.find((known) => known === part.slice(split + 1).trim());
    if (split < 1 || role === undefined) {
      check.addIssue({
        code: 'custom',
        message: `"${part}" is not claimvalue=role; roles are ${roles.join(', ')}`,
      });
      return z.NEVER;
    }
    mapping.set(part.slice(0, split).trim(), role);
  }
  return mapping;
});

const rateLimits = z.string().transform((text, check): RateLimits => {
  try {
    return readRateLimits(text);
  } catch (error) {
    check.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

const environment = z.object({
  HOST: z.string().default('localhost'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Hops, or addresses and networks of the proxies in front; unset means that X-Forwarded-For is not believed. */
  TRUST_PROXY: z.string().optional(),
  /** Between "not ready" and the end of listening, so that a load balancer sees it. */
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().min(0).max(60).optional(),
  /** A console session that was not used for so long is over. */
  SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(720).default(120),
  RATE_LIMITS: rateLimits.default(readRateLimits()),
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  OIDC_SCOPES: z.string().default('openid email profile'),
  OIDC_ALLOWED_EMAILS: commaSeparated.default([]),
  OIDC_ALLOWED_DOMAINS: commaSeparated.default([]),
  OIDC_ROLE_CLAIM: z.string().default('groups'),
  OIDC_ROLE_MAPPING: roleMapping.optional(),
  OIDC_DEFAULT_ROLE: z.enum(roles).optional(),
});

type Environment = z.infer<typeof environment>;

/** Sign-in to the console by the operator's own OpenID Connect issuer. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scopes: readonly string[];
  readonly allowedEmails: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly roleClaim: string;
  readonly roleMapping: ReadonlyMap<string, Role>;
  readonly defaultRole: Role | null;
  /** Plain http to the issuer; outside production only. */
  readonly allowInsecure: boolean;
}

export interface ApiSettings {
  readonly host: string;
  readonly port: number;
  readonly trustProxy: number | readonly string[] | false;
  readonly shutdownDelaySeconds: number;
  readonly sessionIdleMinutes: number;
  readonly rateLimits: RateLimits;
  readonly oidc: OidcSettings | null;
}

/**
 * What every process shares, and what the API alone needs.
 * @throws ConfigurationError with the bad variables of both, one per line
 */
export function readEnvironment(env: NodeJS.ProcessEnv): { settings: Settings; apiSettings: ApiSettings } {
  const lines: string[] = [];
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      lines.push(...error.lines);
      return undefined;
    }
  };
  const apiSettings = collect(() => readApiSettings(env));
  const settings = collect(() => readSettings(env));
  if (settings === undefined || apiSettings === undefined) throw new ConfigurationError(lines);
  return { settings, apiSettings };
}

/** @throws ConfigurationError */
export function readApiSettings(env: NodeJS.ProcessEnv): ApiSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => (value ?? '').trim() !== ''));
  const parsed = environment.safeParse(given, { reportInput: true });
  if (!parsed.success) throw new ConfigurationError(describeIssues(parsed.error));
  const values = parsed.data;
  const production = given['NODE_ENV'] === 'production';
  return {
    host: values.HOST,
    port: values.PORT,
    trustProxy: readTrustProxy(values.TRUST_PROXY),
    shutdownDelaySeconds: values.SHUTDOWN_DELAY_SECONDS ?? (production ? 3 : 0),
    sessionIdleMinutes: values.SESSION_IDLE_MINUTES,
    rateLimits: values.RATE_LIMITS,
    oidc: readOidc(values, production),
  };
}

function readTrustProxy(text: string | undefined): ApiSettings['trustProxy'] {
  if (text === undefined) return false;
  if (/^\d+$/.test(text)) return Number(text);
  const addresses = text.split(',').map((part) => part.trim());
  const valid = addresses.every((part) =>
    /^(?:[\da-f:.]+(?:\/\d{1,3})?|loopback|linklocal|uniquelocal)$/i.test(part),
  );
  if (!valid)
    throw new ConfigurationError(['TRUST_PROXY: must be a number of hops or comma-separated addresses']);
  return addresses;
}

function readOidc(values: Environment, production: boolean): OidcSettings | null {
  if (values.OIDC_ISSUER === undefined) return null;
  const lines: string[] = [];
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const) {
    if (values[name] === undefined) lines.push(`${name}: is required with OIDC_ISSUER`);
  }
  if (production && !values.OIDC_ISSUER.startsWith('https:'))
    lines.push('OIDC_ISSUER: must be https in production');
  const scopes = values.OIDC_SCOPES.split(/\s+/);
  if (!scopes.includes('openid')) lines.push('OIDC_SCOPES: must contain openid');
  // Without one of them, whoever has an account at the issuer could sign in: with a public issuer, the whole world.
  if (
    values.OIDC_ALLOWED_EMAILS.length + values.OIDC_ALLOWED_DOMAINS.length === 0 &&
    !values.OIDC_ROLE_MAPPING
  ) {
    lines.push(
      'OIDC_ISSUER: needs OIDC_ALLOWED_EMAILS, OIDC_ALLOWED_DOMAINS or OIDC_ROLE_MAPPING: who may sign in?',
    );
  }
  if (lines.length > 0) throw new ConfigurationError(lines);
  return {
    issuer: values.OIDC_ISSUER,
    clientId: values.OIDC_CLIENT_ID ?? '',
    clientSecret: new Secret(values.OIDC_CLIENT_SECRET ?? ''),
    scopes,
    allowedEmails: values.OIDC_ALLOWED_EMAILS,
    allowedDomains: values.OIDC_ALLOWED_DOMAINS,
    roleClaim: values.OIDC_ROLE_CLAIM,
    roleMapping: values.OIDC_ROLE_MAPPING ?? new Map(),
    defaultRole: values.OIDC_DEFAULT_ROLE ?? null,
    allowInsecure: !production && values.OIDC_ISSUER.startsWith('http:'),
  };
}
