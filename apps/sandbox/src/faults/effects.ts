import type { Answer, Endpoint, ProviderRequest } from '../endpoint.ts';
import type { Wire } from '../http/wire.ts';
import type { Fault, FaultName } from './fault.ts';

export interface FaultContext {
  readonly endpoint: Endpoint;
  readonly request: ProviderRequest;
  readonly wire: Wire;
}

/** Where a fault takes hold of a request. `stop` means that no answer follows. */
export interface Effect<F> {
  /** Before the provider does anything. */
  before?(this: void, fault: F, context: FaultContext): Promise<'stop' | void>;
  /** Answers in the provider's place; `committed` faults let it act first and hide what it said. */
  instead?(this: void, fault: F, context: FaultContext): Answer;
  /** Changes what the provider says. */
  alter?(this: void, fault: F, answer: Answer): Answer;
  /** After the provider acted, before the answer leaves. */
  after?(this: void, fault: F, context: FaultContext): Promise<'stop' | void>;
  /** Takes over sending; true when everything was delivered. */
  send?(this: void, fault: F, answer: Answer, context: FaultContext): Promise<boolean>;
}

type Effects = { readonly [Name in FaultName]: Effect<Extract<Fault, { fault: Name }>> };

const effects: Effects = {
  delay: {
    before: async ({ ms, phase }, { wire }) => (phase === 'before' ? wire.pause(ms) : undefined),
    after: async ({ ms, phase }, { wire }) => (phase === 'after' ? wire.pause(ms) : undefined),
  },
  hang: {
    before: async ({ phase }, { wire }) => (phase === 'before' ? hang(wire) : undefined),
    after: async ({ phase }, { wire }) => (phase === 'after' ? hang(wire) : undefined),
  },
  reset_before_commit: { before: async (_fault, { wire }) => reset(wire) },
  reset_after_commit: { after: async (_fault, { wire }) => reset(wire) },
  truncated_body: {
    send: async (_fault, answer, { wire }) => {
      await wire.sendHalf(answer);
      return false;
    },
  },
  slow_drip: { send: async ({ ms }, answer, { wire }) => wire.send(answer, { milliseconds: ms }) },
  html: {
    instead: () => ({
      status: 200,
      body: '<!doctype html><title>Please stand by</title><h1>Down for maintenance</h1>',
    }),
  },
  ok_with_error: {
    instead: ({ error, description }) => ({ status: 200, body: { error, error_description: description } }),
  },
  rate_limited: {
    instead: ({ retryAfterSeconds }, { endpoint }) => {
      const answer = endpoint.errors.api(429);
      return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } };
    },
  },
  server_error: { instead: ({ status }, { endpoint }) => endpoint.errors.api(status) },
  invalid_grant: {
    instead: (_fault, { endpoint }) => endpoint.errors.oauth('invalid_grant', 'The grant is not valid.'),
  },
  invalid_client: {
    instead: (_fault, { endpoint }) => endpoint.errors.oauth('invalid_client', 'Unknown client.'),
  },
  access_denied: { instead: (_fault, { request }) => denial(request) },
  missing_refresh_token: { alter: (_fault, answer) => withoutMember(answer, 'refresh_token') },
  narrower_scope: { alter: ({ scope }, answer) => narrowed(answer, scope) },
  no_expires_in: { alter: (_fault, answer) => withoutMember(answer, 'expires_in') },
  expires_in_string: {
    alter: (_fault, answer) =>
      withMember(answer, 'expires_in', (value) => `${typeof value === 'number' ? value : 3600}`),
  },
  expires_in: { alter: ({ expiresIn }, answer) => withMember(answer, 'expires_in', () => expiresIn) },
  coop: {
    alter: (_fault, answer) => ({
      ...answer,
      headers: { ...answer.headers, 'cross-origin-opener-policy': 'same-origin' },
    }),
  },
};

/** The effect of a fault, bound to its parameters. */
export function effectOf(fault: Fault): Effect<Fault> {
  return effects[fault.fault];
}

async function hang(wire: Wire): Promise<'stop'> {
  await wire.closed();
  return 'stop';
}

async function reset(wire: Wire): Promise<'stop'> {
  wire.reset();
  await wire.closed();
  return 'stop';
}

function denial(request: ProviderRequest): Answer {
  const target = URL.parse(request.query.get('redirect_uri') ?? '');
  if (target === null) return { status: 400, body: 'redirect_uri is missing' };
  target.searchParams.set('error', 'access_denied');
  const state = request.query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

// Token faults leave error answers and pages alone: there is nothing in them to change.
function tokenMembers(answer: Answer): Record<string, unknown> | null {
  const { body } = answer;
  return typeof body === 'object' && body !== null && 'access_token' in body ? { ...body } : null;
}

function withoutMember(answer: Answer, name: string): Answer {
  const members = tokenMembers(answer);
  if (members === null) return answer;
  return { ...answer, body: Object.fromEntries(Object.entries(members).filter(([key]) => key !== name)) };
}

function withMember(answer: Answer, name: string, change: (value: unknown) => unknown): Answer {
  const members = tokenMembers(answer);
  return members === null ? answer : { ...answer, body: { ...members, [name]: change(members[name]) } };
}

function narrowed(answer: Answer, scope: string | undefined): Answer {
  return withMember(answer, 'scope', (value) => scope ?? allButLastScope(value));
}

function allButLastScope(value: unknown): string | undefined {
  return typeof value === 'string' ? value.split(' ').slice(0, -1).join(' ') : undefined;
}
