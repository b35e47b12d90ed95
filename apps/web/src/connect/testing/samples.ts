import type { Authorization, ConnectOutcome, ConnectProvider, ConnectSession } from '../session.ts';

export function authorization(members: Partial<Authorization> = {}): Authorization {
  return {
    id: 'auth_1',
    kind: 'exchange_code',
    status: 'awaiting_consent',
    provider: 'notion',
    credentialId: null,
    reason: 'user',
    error: null,
    attempts: 0,
    nextAttemptAt: null,
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: null,
    finishedAt: null,
    expiresAt: null,
    ...members,
  };
}

export function failed(code: string): Authorization {
  const error = { code, message: 'It did not work.', retryable: false, actor: 'user' } as const;
  return authorization({ status: 'failed', error });
}

export function outcome(members: Partial<ConnectOutcome> = {}): ConnectOutcome {
  return {
    sessionId: 'cs_1',
    status: 'open',
    result: null,
    authorizationId: null,
    kind: null,
    credentialId: null,
    provider: null,
    credentialName: null,
    accountName: null,
    code: null,
    state: null,
    returnTo: null,
    ...members,
  };
}

export const succeeded = outcome({
  status: 'connected',
  result: 'succeeded',
  authorizationId: 'auth_1',
  credentialId: 'cred_1',
  provider: 'notion',
});

const key = { type: 'api_key', fields: [] } as const;
const account = (available: boolean) => ({ type: 'oauth2', scopes: [], available }) as const;

export function provider(id: string, ways: 'key' | 'account' | 'both', available = true): ConnectProvider {
  const authMethods = {
    key: [{ ...key, fields: [] }],
    account: [{ ...account(available), scopes: [] }],
    both: [
      { ...key, fields: [] },
      { ...account(available), scopes: [] },
    ],
  }[ways];
  return { id, label: id, docsUrl: null, authMethods };
}

export function session(members: Partial<ConnectSession> = {}): ConnectSession {
  return {
    id: 'cs_1',
    status: 'open',
    workspaceName: 'Default',
    requestedBy: 'tests',
    mode: 'popup',
    theme: 'system',
    accent: null,
    locale: null,
    state: null,
    allowedOrigins: [],
    expiresAt: '2026-01-01T00:30:00Z',
    credential: null,
    providers: [provider('notion', 'both'), provider('firecrawl', 'key')],
    authorizations: [],
    outcome: outcome(),
    ...members,
  };
}
