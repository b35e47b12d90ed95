import type { z } from 'zod';
import type { FailureCode } from '../errors.ts';
import type { apiKeySchema, oauth2Schema } from './method-schema.ts';
import type { NoticeCode } from './notices.ts';
import { providerSchema } from './schema.ts';

/** Who the credential belongs to at the provider. */
export interface Account {
  readonly id: string | null;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/** What an answer says about a key. */
export type KeyVerdict =
  | { readonly outcome: 'accepted'; readonly notice: NoticeCode | null }
  | { readonly outcome: 'rejected'; readonly detail: string };

/** What data cannot say about the API key of a provider. Pure functions. */
export interface ApiKeyQuirks {
  /** Reads an answer with an accepted status; null if it is not one of this provider. */
  readAnswer?(body: object): KeyVerdict | null;
}

/** What data cannot say about the OAuth of a provider. Pure functions. */
export interface OAuth2Quirks {
  /** The account, where the token answer names it. */
  readAccount?(tokenAnswer: Readonly<Record<string, unknown>>): Account | null;
  /** `code` overrules the standard reading of an error answer; `detail` is a sentence for people. */
  readError?(answer: Readonly<Record<string, unknown>>): { code: FailureCode | null; detail: string | null };
  /** The name under which a granted scope was asked for. */
  normalizeScope?(scope: string): string;
}

/** What a definition looks like as it is written; a file of `PROVIDERS_DIR` has the same shape. */
export type ProviderDefinition = z.input<typeof providerSchema>;

export type ApiKeyMethod = z.output<typeof apiKeySchema> & ApiKeyQuirks;
export type ApiKeyField = ApiKeyMethod['fields'][number];
export type OAuth2Method = z.output<typeof oauth2Schema> & OAuth2Quirks;
export type AuthMethod = ApiKeyMethod | OAuth2Method;
export type AccountPointers = ApiKeyMethod['validate']['account'];

export interface Provider extends Omit<z.output<typeof providerSchema>, 'authMethods'> {
  readonly authMethods: readonly AuthMethod[];
  /** Origin → base URL that stands in for it, for addresses that come from a field. Empty outside development. */
  readonly endpointOverrides: Readonly<Record<string, string>>;
}

/** @throws z.ZodError if the definition is not valid */
export function defineProvider(
  definition: ProviderDefinition,
  quirks: { readonly apiKey?: ApiKeyQuirks; readonly oauth2?: OAuth2Quirks } = {},
): Provider {
  const parsed = providerSchema.parse(definition);
  const authMethods = parsed.authMethods.map((method) =>
    method.type === 'api_key' ? { ...method, ...quirks.apiKey } : { ...method, ...quirks.oauth2 },
  );
  return { ...parsed, authMethods, endpointOverrides: {} };
}

/** How the provider takes API keys; null if it takes none. */
export function apiKeyMethod(provider: Provider): ApiKeyMethod | null {
  return provider.authMethods.find((method) => method.type === 'api_key') ?? null;
}

/** How accounts are connected; null if the provider has no OAuth. */
export function oauth2Method(provider: Provider): OAuth2Method | null {
  return provider.authMethods.find((method) => method.type === 'oauth2') ?? null;
}
