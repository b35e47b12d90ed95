import { z } from 'zod';

/** Provider ids as the catalogue spells them. */
const providerIds = [
  'notion',
  'jina_reader',
  'firecrawl',
  'google_drive',
  'dropbox',
  'onedrive',
  'sandbox',
] as const;

export const providerIdSchema = z.enum(providerIds);
export type ProviderId = z.infer<typeof providerIdSchema>;

/** What a request at a provider is for. `metadata` is discovery, keys and the like: no credential involved. */
const endpointKinds = [
  'authorize',
  'token.code',
  'token.refresh',
  'revoke',
  'userinfo',
  'key_check',
  'introspect',
  'metadata',
] as const;

export const endpointKindSchema = z.enum(endpointKinds);
export type EndpointKind = z.infer<typeof endpointKindSchema>;
