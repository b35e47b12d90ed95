export { loadCatalogue, type Catalogue, type CatalogueOptions } from './catalogue.ts';
export {
  apiKeyMethod,
  defineProvider,
  oauth2Method,
  type Account,
  type AccountPointers,
  type ApiKeyField,
  type ApiKeyMethod,
  type AuthMethod,
  type KeyVerdict,
  type OAuth2Method,
  type Provider,
  type ProviderDefinition,
} from './define-provider.ts';
export { notices, type NoticeCode } from './notices.ts';
export { overrideUrl } from './override-endpoints.ts';
export { requireApiKey, requireOAuth2, requireProvider } from './require-provider.ts';
export { readAccount, tidyAccount } from './read-account.ts';
export { fillHeaders, fillJson, fillUrl, TemplateError } from './template.ts';
