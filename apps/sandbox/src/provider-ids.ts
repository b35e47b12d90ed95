import { z } from 'zod';

/** One OAuth server under four ids: they differ in what a used refresh token is still good for. */
const labProviderIds = ['lab_none', 'lab_rolling', 'lab_grace', 'lab_strict'] as const;

export const labProviderIdSchema = z.enum(labProviderIds);
export type LabProviderId = z.infer<typeof labProviderIdSchema>;

/** Provider ids as the catalogue spells them. */
const providerIds = [
  'notion',
  'jina_reader',
  'firecrawl',
  'google_drive',
  'dropbox',
  'onedrive',
  'sandbox',
  ...labProviderIds,
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
