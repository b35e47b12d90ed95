import type { AuthMethod, Provider } from './define-provider.ts';

type Overrides = Readonly<Record<string, string>>;

/** Replaces the origin of a URL if something stands in for it: `base + path`. */
export function overrideUrl(url: string, overrides: Overrides): string {
  const origin = Object.keys(overrides).find((each) => url === each || url.startsWith(`${each}/`));
  const base = origin === undefined ? undefined : overrides[origin];
  if (origin === undefined || base === undefined) return url;
  return base.replace(/\/$/, '') + url.slice(origin.length);
}

/** A provider whose every endpoint, issuer and allowed host is that of its stand-in. */
export function overrideEndpoints(provider: Provider, overrides: Overrides): Provider {
  const hosts = new Map(
    Object.entries(overrides).map(([from, to]) => [new URL(from).host, new URL(to).host]),
  );
  return {
    ...provider,
    allowedHosts: [...new Set(provider.allowedHosts.map((host) => hosts.get(host) ?? host))],
    authMethods: provider.authMethods.map((method) => overrideMethod(method, overrides)),
    endpointOverrides: overrides,
  };
}

function overrideMethod(method: AuthMethod, overrides: Overrides): AuthMethod {
  const override = (url: string) => overrideUrl(url, overrides);
  if (method.type === 'api_key') {
    return { ...method, validate: { ...method.validate, url: override(method.validate.url) } };
  }
  const { revocationEndpoint, issuer, userinfo } = method;
  return {
    ...method,
    authorizationEndpoint: override(method.authorizationEndpoint),
    tokenEndpoint: override(method.tokenEndpoint),
    revocationEndpoint: revocationEndpoint === null ? null : override(revocationEndpoint),
    issuer: issuer === null ? null : override(issuer),
    userinfo: userinfo === null ? null : { ...userinfo, url: override(userinfo.url) },
  };
}
