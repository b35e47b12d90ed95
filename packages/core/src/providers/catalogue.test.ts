import { describe, expect, test } from 'vitest';
import { hostIsAllowed } from '../outbound/index.ts';
import { builtInProviders, loadCatalogue } from './catalogue.ts';
import { apiKeyMethod, oauth2Method, type OAuth2Method } from './define-provider.ts';
import { endpointsOf } from './endpoints.ts';
import { onedrive } from './onedrive.ts';
import { sandbox, sandboxOrigin } from './sandbox.ts';

const everyProvider = [...builtInProviders, sandbox];
const keyMethods = everyProvider.flatMap((provider) => {
  const method = apiKeyMethod(provider);
  return method === null ? [] : [[provider.id, method] as const];
});
const oauthMethods = everyProvider.flatMap((provider) => {
  const method = oauth2Method(provider);
  return method === null ? [] : [[provider.id, method] as const];
});

function everyUrl(value: unknown): string[] {
  if (typeof value === 'string') return /^[a-z]+:\/\//i.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(everyUrl) : [];
}

const idsWhere = (holds: (method: OAuth2Method) => boolean) =>
  oauthMethods.filter(([, method]) => holds(method)).map(([id]) => id);

describe('house rules of the whole catalogue', () => {
  test('no id and no label is used twice', () => {
    expect(new Set(everyProvider.map(({ id }) => id)).size).toBe(everyProvider.length);
    expect(new Set(everyProvider.map(({ label }) => label)).size).toBe(everyProvider.length);
  });

  test.each(everyProvider.map((provider) => [provider.id, provider] as const))(
    '%s: every URL is https, every called host is allowed, the sources are named',
    (_, provider) => {
      expect(everyUrl(provider).filter((url) => !url.startsWith('https://'))).toEqual([]);
      const called = endpointsOf(provider).filter(({ path }) => !path.endsWith('authorizationEndpoint'));
      expect(called.length).toBeGreaterThan(0);
      for (const { path, url } of called)
        expect([path, hostIsAllowed(url, provider.allowedHosts)]).toEqual([path, true]);
      const hosts = new Set(called.map(({ url }) => url.host));
      expect(
        provider.allowedHosts.filter((host) => !hosts.has(host)),
        'hosts that nothing needs',
      ).toEqual([]);
      expect(provider.sources.length).toBeGreaterThan(0);
    },
  );

  test.each(keyMethods)(
    '%s: secrets are marked, required, without a default, and sent in a header only',
    (_, method) => {
      const secretNames = method.fields.filter(({ name }) => /key|secret|token|password/i.test(name));
      expect(secretNames.filter(({ secret }) => !secret)).toEqual([]);
      const secrets = method.fields.filter(({ secret }) => secret);
      expect(secrets.some(({ required }) => required)).toBe(true);
      expect(secrets.map((field) => field.default).filter((value) => value !== null)).toEqual([]);
      for (const { name } of secrets) {
        expect(method.validate.url).not.toContain(`{{${name}}}`);
        expect(JSON.stringify(method.validate.headers)).toContain(`{{${name}}}`);
      }
    },
  );

  test.each(keyMethods)('%s: neither credit nor limits nor outages count as a bad key', (_, { validate }) => {
    expect(validate.rejected.filter((status) => [402, 408, 429].includes(status) || status >= 500)).toEqual(
      [],
    );
  });

  test.each(oauthMethods)(
    '%s: rotation is declared, PKCE is never plain, parameters of the protocol are ours',
    (_, method) => {
      expect(['none', 'rolling', 'grace', 'strict']).toContain(method.refresh.rotation);
      expect(['S256', 'none']).toContain(method.pkce);
      const ours = /^(client_id|redirect_uri|response_type|scope|state|nonce|code_challenge.*)$/;
      expect(Object.keys(method.authorizationParams).filter((name) => ours.test(name))).toEqual([]);
      const unfit = method.clientParams.filter(
        (param) => !new RegExp(`^(?:${param.pattern})$`).test(param.default),
      );
      expect(unfit).toEqual([]);
    },
  );

  test('the exceptions are these, and one more is a decision to take here', () => {
    expect(idsWhere(({ pkce }) => pkce === 'none')).toEqual(['notion']);
    expect(idsWhere(({ revocationEndpoint }) => revocationEndpoint === null)).toEqual(['onedrive']);
    expect(idsWhere(({ revocation }) => !revocation.clientAuthentication)).toEqual(['google_drive']);
  });

  test('the client parameter of OneDrive cannot leave its path segment', () => {
    const pattern = oauth2Method(onedrive)?.clientParams[0]?.pattern;
    const tenant = new RegExp(`^(?:${pattern})$`);
    const good = [
      'common',
      'organizations',
      'contoso.onmicrosoft.com',
      '72f988bf-86f1-41af-91ab-2d7cd011db47',
    ];
    expect(good.filter((value) => !tenant.test(value))).toEqual([]);
    const bad = ['', '.', '..', 'a/b', 'a?b', 'a#b', 'a%2fb', 'a b', '.a', 'a..b'];
    expect(bad.filter((value) => tenant.test(value))).toEqual([]);
  });
});

const load = (endpointOverrides: Record<string, string>, includeSandbox = false) =>
  loadCatalogue({ providersDir: null, endpointOverrides, includeSandbox });

describe('a loaded catalogue', () => {
  test('lists the built-in providers and knows them by id', async () => {
    const catalogue = await load({});
    expect(catalogue.list().map(({ id }) => id)).toEqual([
      'notion',
      'jina_reader',
      'firecrawl',
      'google_drive',
      'dropbox',
      'onedrive',
    ]);
    expect(catalogue.get('notion')?.label).toBe('Notion');
    expect(catalogue.get('nope')).toBeUndefined();
  });

  test('has the sandbox only where it is asked for and runs somewhere', async () => {
    const where = { [sandboxOrigin]: 'http://127.0.0.1:4010' };
    expect((await load(where)).get('sandbox')).toBeUndefined();
    expect((await load({}, true)).get('sandbox')).toBeUndefined();
    const method = (await load(where, true)).get('sandbox')?.authMethods[1];
    expect(method).toMatchObject({
      issuer: 'http://127.0.0.1:4010/oidc',
      tokenEndpoint: 'http://127.0.0.1:4010/oidc/token',
    });
  });

  test('with every origin overridden names no real host any more', async () => {
    const origins = new Set(builtInProviders.flatMap(endpointsOf).map(({ url }) => url.origin));
    const overrides = Object.fromEntries(
      [...origins].map((origin, index) => [origin, `http://127.0.0.1:4010/${index}/`]),
    );
    for (const provider of (await load(overrides)).list()) {
      // The default of a field stays what people know; it is overridden when it is used.
      const called = endpointsOf(provider).filter(({ path }) => !path.endsWith('fields.default'));
      expect(
        called.filter(({ url }) => url.host !== '127.0.0.1:4010' || url.pathname.includes('//')),
      ).toEqual([]);
      expect(provider.allowedHosts).toEqual(['127.0.0.1:4010']);
    }
  });

  test('keeps path, placeholders and query of an overridden URL', async () => {
    const catalogue = await load({ 'https://login.microsoftonline.com': 'http://127.0.0.1:4010/microsoft' });
    expect(catalogue.get('onedrive')?.authMethods[0]).toMatchObject({
      tokenEndpoint: 'http://127.0.0.1:4010/microsoft/{{tenant}}/oauth2/v2.0/token',
      userinfo: { url: 'https://graph.microsoft.com/v1.0/me' },
    });
  });
});
