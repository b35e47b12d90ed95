import type { OAuthClient, Provider } from '@latchkey/api/answers.ts';
import type { OAuthClientInput } from '../../api/providers.ts';

/** What is typed into the form of an OAuth client. */
export interface ClientValues {
  mode: 'default' | 'custom';
  clientId: string;
  clientSecret: string;
  params: Record<string, string>;
}

type OAuth2 = Extract<Provider['authMethods'][number], { type: 'oauth2' }>;

export function oauth2Of(provider: Provider): OAuth2 | undefined {
  return provider.authMethods.find((method) => method.type === 'oauth2');
}

export function paramsOf(provider: Provider): OAuth2['clientParams'] {
  return oauth2Of(provider)?.clientParams ?? [];
}

export function initialValues(stored: OAuthClient, params: OAuth2['clientParams']): ClientValues {
  return {
    mode: stored.mode === 'default' ? 'default' : 'custom',
    clientId: stored.isCustom ? (stored.clientId ?? '') : '',
    clientSecret: '',
    params: Object.fromEntries(params.map(({ name }) => [name, stored.params[name] ?? ''])),
  };
}

/** What the API is asked to store; null: nothing, the default is in use already. */
export function clientInput(
  values: ClientValues,
  stored: OAuthClient,
  params: OAuth2['clientParams'],
): OAuthClientInput | null {
  if (values.mode === 'default') {
    if (!stored.isCustom || stored.clientId === null) return null;
    return { clientId: stored.clientId, enabled: false };
  }
  const secret = values.clientSecret.trim();
  return {
    clientId: values.clientId.trim(),
    ...(secret === '' ? {} : { clientSecret: secret }),
    // An omitted one would keep its value.
    params: Object.fromEntries(
      params.map(({ name, default: usual }) => [name, values.params[name]?.trim() || (usual ?? '')]),
    ),
    enabled: true,
  };
}
