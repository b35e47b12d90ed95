import type { Provider } from './define-provider.ts';

export interface ProviderEndpoint {
  /** Where in the definition it stands, for example `authMethods.0.validate.url`. */
  readonly path: string;
  readonly url: URL;
}

/**
 * Every URL of a definition that is called or opened, placeholders filled with a stand-in. One that begins with a
 * field counts as the default of that field, if it has one.
 */
export function endpointsOf(provider: Provider): ProviderEndpoint[] {
  return provider.authMethods.flatMap((method, index) => {
    const at = (path: string, url: string | null | undefined) =>
      url === null || url === undefined
        ? []
        : [{ path: `authMethods.${index}.${path}`, url: exampleUrl(url) }];
    if (method.type === 'api_key') {
      const leading = /^\{\{(\w+)\}\}/.exec(method.validate.url);
      if (leading === null) return at('validate.url', method.validate.url);
      return at('fields.default', method.fields.find(({ name }) => name === leading[1])?.default);
    }
    return [
      ...at('authorizationEndpoint', method.authorizationEndpoint),
      ...at('tokenEndpoint', method.tokenEndpoint),
      ...at('revocationEndpoint', method.revocationEndpoint),
      ...at('userinfo.url', method.userinfo?.url),
    ];
  });
}

function exampleUrl(template: string): URL {
  return new URL(template.replace(/\{\{\w+\}\}/g, 'x'));
}
