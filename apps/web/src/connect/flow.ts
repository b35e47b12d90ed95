import type { Problem } from '../api/send.ts';
import type { Authorization, ConnectOutcome, ConnectProvider, ConnectSession } from './session.ts';

export type Method = 'api_key' | 'oauth2';

/** Where the provider is visited, as far as can be known: `closed` may be a window that is cut off from us. */
type Visit = 'none' | 'window' | 'closed' | 'blocked' | 'tab';

export type Failure =
  | { readonly kind: 'ended'; readonly authorization: Authorization; readonly code: string }
  | { readonly kind: 'refused'; readonly problem: Problem };

interface Subject {
  readonly provider: string;
  readonly method: Method;
}

export interface Preparing extends Subject {
  readonly at: 'preparing';
  /** How the attempt before ended. */
  readonly failure: Failure | null;
}

export interface Going extends Subject {
  readonly at: 'going';
  /** Null until the server has it. */
  readonly authorization: Authorization | null;
  readonly visit: Visit;
}

export interface Connected {
  readonly at: 'connected';
  readonly provider: string;
  readonly authorizationId: string;
  readonly credentialId: string | null;
  readonly accountName: string | null;
}

export type Flow =
  | { readonly at: 'choosing' }
  | Preparing
  | Going
  | Connected
  | { readonly at: 'over'; readonly why: 'closed' | 'expired' };

export type FlowEvent =
  | ({ readonly type: 'chosen' } & Subject)
  | { readonly type: 'back' }
  /** An attempt was set off, in the click. */
  | { readonly type: 'set off'; readonly visit: Visit }
  | { readonly type: 'visit'; readonly visit: Visit }
  /** What the server says of an authorization. */
  | { readonly type: 'told'; readonly authorization: Authorization }
  | { readonly type: 'refused'; readonly problem: Problem }
  /** The person gave the attempt up. */
  | { readonly type: 'given up' }
  | { readonly type: 'outcome'; readonly outcome: ConnectOutcome }
  /** The server no longer knows the session. */
  | { readonly type: 'lost' };

const ended: ReadonlySet<string> = new Set(['succeeded', 'failed', 'expired', 'cancelled']);

export function isOver({ status }: Pick<Authorization, 'status'>): boolean {
  return ended.has(status);
}

/** How a provider is connected when nobody says otherwise: by an account where that works. */
export function methodOf({ authMethods }: ConnectProvider, session: ConnectSession): Method {
  if (session.credential !== null) return session.credential.authMethod;
  const works = authMethods.find((way) => way.type === 'oauth2' && way.available);
  return works?.type ?? authMethods.find(({ type }) => type === 'api_key')?.type ?? 'oauth2';
}

/** Where the page begins: a reload goes on where it was. @param wanted a provider that another tab of ours sent here */
export function startOf(session: ConnectSession, wanted: string | null = null): Flow {
  const fromOutcome = next({ at: 'choosing' }, { type: 'outcome', outcome: session.outcome });
  if (fromOutcome.at !== 'choosing') return fromOutcome;
  const newest = session.authorizations[0];
  const sent = session.providers.find(({ id }) => id === wanted);
  const known = session.providers.find(({ id }) => id === newest?.provider);
  if (sent === undefined && newest !== undefined && known !== undefined && newest.status !== 'cancelled') {
    const method = newest.kind === 'validate_key' ? 'api_key' : 'oauth2';
    const going: Going = { at: 'going', provider: known.id, method, authorization: null, visit: 'closed' };
    return next(going, { type: 'told', authorization: newest });
  }
  const provider = sent ?? (session.providers.length === 1 ? session.providers[0] : undefined);
  if (provider === undefined) return { at: 'choosing' };
  return { at: 'preparing', provider: provider.id, method: methodOf(provider, session), failure: null };
}

/** The only way from one state to another. What is connected stays connected, whatever is heard later. */
export function next(flow: Flow, event: FlowEvent): Flow {
  if (event.type === 'outcome') return afterOutcome(flow, event.outcome);
  if (event.type === 'told') return afterTold(flow, event.authorization);
  if (flow.at === 'connected' || flow.at === 'over') return flow;
  switch (event.type) {
    case 'lost':
      return { at: 'over', why: 'expired' };
    case 'back':
      return { at: 'choosing' };
    case 'chosen':
      return { at: 'preparing', provider: event.provider, method: event.method, failure: null };
    case 'set off': {
      if (flow.at === 'choosing') return flow;
      const { provider, method } = flow;
      return { at: 'going', provider, method, authorization: null, visit: event.visit };
    }
    case 'visit':
      return flow.at === 'going' && flow.visit !== event.visit ? { ...flow, visit: event.visit } : flow;
    case 'refused':
      return flow.at === 'going' ? prepareAgain(flow, { kind: 'refused', problem: event.problem }) : flow;
    case 'given up':
      return flow.at === 'going' ? prepareAgain(flow, null) : flow;
  }
}

function prepareAgain({ provider, method }: Subject, failure: Failure | null): Preparing {
  return { at: 'preparing', provider, method, failure };
}

function afterTold(flow: Flow, authorization: Authorization): Flow {
  if (flow.at === 'connected') return flow;
  const { id, provider, status, credentialId } = authorization;
  // A success counts, however late it comes and whatever was tried meanwhile.
  if (status === 'succeeded')
    return { at: 'connected', provider, authorizationId: id, credentialId, accountName: null };
  if (flow.at !== 'going') return flow;
  if (flow.authorization !== null && flow.authorization.id !== id) return flow;
  if (!isOver(authorization)) return { ...flow, authorization };
  if (status === 'cancelled') return prepareAgain(flow, null);
  const code = authorization.error?.code ?? (status === 'expired' ? 'authorization_expired' : 'unknown');
  return prepareAgain(flow, { kind: 'ended', authorization, code });
}

function afterOutcome(flow: Flow, outcome: ConnectOutcome): Flow {
  const { status, result, authorizationId, credentialId, provider, accountName } = outcome;
  if (result === 'succeeded' && authorizationId !== null && provider !== null) {
    if (flow.at === 'connected' && flow.accountName === accountName) return flow;
    return { at: 'connected', provider, authorizationId, credentialId, accountName };
  }
  if (flow.at === 'connected' || flow.at === 'over') return flow;
  return status === 'closed' || status === 'expired' ? { at: 'over', why: status } : flow;
}
