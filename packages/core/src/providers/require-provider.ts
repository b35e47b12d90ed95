import { Problem } from '../errors.ts';
import type { Catalogue } from './catalogue.ts';
import {
  apiKeyMethod,
  oauth2Method,
  type ApiKeyMethod,
  type OAuth2Method,
  type Provider,
} from './define-provider.ts';

/** @throws Problem `provider_not_found` */
export function requireProvider(catalogue: Catalogue, id: string): Provider {
  const provider = catalogue.get(id);
  if (provider === undefined) throw new Problem('provider_not_found', { detail: 'No provider has this id.' });
  return provider;
}

/** @throws Problem `auth_method_unsupported` */
export function requireApiKey(provider: Provider): ApiKeyMethod {
  const method = apiKeyMethod(provider);
  if (method === null)
    throw new Problem('auth_method_unsupported', { detail: `${provider.label} takes no API key.` });
  return method;
}

/** @throws Problem `auth_method_unsupported` */
export function requireOAuth2(provider: Provider): OAuth2Method {
  const method = oauth2Method(provider);
  if (method === null)
    throw new Problem('auth_method_unsupported', { detail: `${provider.label} has no OAuth.` });
  return method;
}
