import { expect } from 'vitest';
import type { LogEntry } from '../log/log-entry.ts';
import type { LabProviderId } from '../provider-ids.ts';
import type { IssuedGrant } from '../providers/lab-issue-grant.ts';
import type { Sandbox } from '../start-sandbox.ts';
import type { GrantView } from '../state/grant-source.ts';
import { callback, json, pairOf, postForm, visit, withQuery } from './browser.ts';
import type { Json } from './browser.ts';

/** What a client does at the lab providers of one sandbox. */
export function labFlow(sandbox: Sandbox) {
  const at = (provider: LabProviderId, path: string): string =>
    `${sandbox.url}/lab/${provider.slice('lab_'.length)}/${path}`;

  const authorizationUrl = (provider: LabProviderId, more: Record<string, string> = {}): string =>
    withQuery(at(provider, 'authorize'), {
      client_id: `sandbox-${provider}`,
      redirect_uri: callback(provider),
      response_type: 'code',
      scope: 'read',
      state: 's',
      ...more,
    });

  const exchange = async (
    provider: LabProviderId,
    code: string,
    more: Record<string, string> = {},
  ): Promise<Response> =>
    postForm(at(provider, 'token'), provider, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: callback(provider),
      ...more,
    });

  const refresh = async (provider: LabProviderId, refreshToken: string): Promise<Response> =>
    postForm(at(provider, 'token'), provider, { grant_type: 'refresh_token', refresh_token: refreshToken });

  const lastRefresh = async (): Promise<LogEntry | undefined> =>
    (await sandbox.control.log({ endpoint: 'token.refresh' })).at(-1);

  return {
    at,
    authorizationUrl,
    exchange,
    refresh,
    lastRefresh,
    connect: async (provider: LabProviderId) =>
      pairOf(await json(await exchange(provider, (await visit(authorizationUrl(provider))).code))),
    /** A grant without the way to it. */
    issue: async (provider: LabProviderId): Promise<IssuedGrant> =>
      sandbox.control.issueGrant({ provider, clientId: `sandbox-${provider}`, account: 'ada' }),
    refreshed: async (provider: LabProviderId, refreshToken: string): Promise<Json> =>
      json(await refresh(provider, refreshToken)),
    revoke: async (provider: LabProviderId, token: string): Promise<Response> =>
      postForm(at(provider, 'revoke'), provider, { token }),
    me: async (provider: LabProviderId, accessToken: string): Promise<Response> =>
      fetch(at(provider, 'me'), { headers: { authorization: `Bearer ${accessToken}` } }),
    grantOf: async (grantId: string): Promise<GrantView | undefined> =>
      (await sandbox.control.grants({ grantId }))[0],
    /** The log entry once the provider is done with the request. */
    endedRefresh: async (): Promise<LogEntry | undefined> => {
      const ended = async (): Promise<unknown> => (await lastRefresh())?.endedAt;
      await expect.poll(ended, { timeout: 10_000 }).toEqual(expect.any(String));
      return lastRefresh();
    },
  };
}
