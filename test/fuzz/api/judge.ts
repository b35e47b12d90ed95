import { problems, type ProblemCode } from '@latchkey/core/errors.ts';
import { roleMay } from '@latchkey/core/roles.ts';
import { undescribed } from '../../support/openapi.ts';
import type { WireAnswer, WireRequest } from '../wire.ts';
import type { Write } from '../watch-writes.ts';
import { markup, splitHeader } from './hostile.ts';
import type { Step } from './step.ts';
import { foreignIds, type World } from './world.ts';

/** One request with everything that was seen of it. */
export interface Seen {
  readonly step: Step;
  readonly request: WireRequest;
  readonly answer: WireAnswer;
  /** What the API wrote meanwhile. */
  readonly writes: readonly Write[];
}

type Rule = (seen: Seen, world: World) => readonly string[];

/** Leases wait for others; what they answer then is in the contract. */
const leaseRefusals: readonly string[] = [
  'credential_not_ready',
  'refresh_in_progress',
  'provider_unavailable',
];

/** `*` instead of a path is taken for `/`, which is a page. */
const isPage = ({ step }: Seen) => step.operation.tags.includes('pages') || step.bend === '*';
const isBent = ({ step }: Seen) => step.bend !== null || step.method !== step.operation.method;
const succeeded = ({ answer }: Seen) => answer.status >= 200 && answer.status < 400;
const isProblem = ({ answer }: Seen) =>
  answer.headers.get('content-type')?.startsWith('application/problem+json');

function bodyOf({ answer }: Seen): Record<string, unknown> | null {
  try {
    return JSON.parse(answer.text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Where the caller acts; null: not known. */
function workspaceOf({ step, request }: Seen, { callers, stack }: World): string | null {
  const caller = callers.get(step.caller);
  if (caller === undefined || caller.role === null) return null;
  const chosen = request.headers.filter(([name]) => name === 'x-workspace').map(([, value]) => value.trim());
  const inQuery = /[?&]workspace=/.test(request.target);
  if (
    chosen.length > 1 ||
    inQuery ||
    step.headers.some(([name]) => name === 'authorization' || name === 'cookie')
  )
    return null;
  return chosen[0] ?? caller.workspace ?? stack.api.defaultWorkspaceId;
}

/** Every promise that an answer can break. What a rule returns is said after its name. */
export const rules: Readonly<Record<string, Rule>> = {
  'no answer is a 5xx': (seen) => {
    const { status, headers } = seen.answer;
    if (status < 500) return [];
    const code = String(bodyOf(seen)?.['code']);
    const waits = seen.step.operation.path === '/v1/leases' && status === 503 && headers.has('retry-after');
    return waits && leaseRefusals.includes(code) ? [] : [`${status} ${code}`];
  },

  'an answer is what the description says': (seen) => {
    const { step, request, answer } = seen;
    if (
      isBent(seen) ||
      isProblem(seen) ||
      step.operation.tags.includes('hidden') ||
      answer.headers.get('content-type')?.startsWith('text/event-stream')
    )
      return [];
    const json = /json/.test(answer.headers.get('content-type') ?? '');
    const body = json ? bodyOf(seen) : answer.text;
    return undescribed(step.operation.method, step.operation.path, { ...answer, body })
      .map((line) => line.replaceAll(/\[\d+\]/g, '[]'))
      .concat(request.method === 'GET' && answer.status === 204 ? ['a GET answers 204'] : []);
  },

  'a refusal is a problem document': (seen) => {
    const { status, headers } = seen.answer;
    if (status < 400 || seen.request.method === 'HEAD') return [];
    if (isPage(seen) && headers.get('content-type') === 'text/html; charset=utf-8') return [];
    if (!isProblem(seen)) return [`${status} is ${headers.get('content-type')}`];
    const body = bodyOf(seen) ?? {};
    const known = problems[body['code'] as ProblemCode];
    return [
      ...['type', 'title', 'detail', 'code', 'requestId'].filter(
        (name) => typeof body[name] !== 'string' || body[name] === '',
      ),
      ...(body['status'] === status && known?.status === status ? [] : ['status']),
      ...(body['requestId'] === headers.get('request-id') ? [] : ['another request id']),
      ...(body['errors'] === undefined || (Array.isArray(body['errors']) && body['errors'].length > 0)
        ? []
        : ['errors']),
    ].map((name) => `${name} is wrong`);
  },

  'every answer has its headers': ({ step, answer: { headers, status } }) => {
    const isAsset = step.operation.path.startsWith('/docs/');
    // Pages of other origins ask how it ends, with a token of their own.
    const isShared = step.operation.path === '/v1/connect-session/outcome';
    const policy = headers.get('content-security-policy') ?? '';
    const wrong = [
      [/^req_[0-9a-z]{26}$/.test(headers.get('request-id') ?? ''), 'request-id'],
      [headers.get('referrer-policy') === 'no-referrer', 'referrer-policy'],
      [headers.get('x-content-type-options') === 'nosniff', 'x-content-type-options'],
      [
        policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"),
        'content-security-policy',
      ],
      [isAsset || /no-store/.test(headers.get('cache-control') ?? ''), 'cache-control'],
      [!headers.has(splitHeader), 'a header of the request'],
      [isShared || ![...headers.keys()].some((name) => name.startsWith('access-control')), 'access-control'],
      [
        status !== 401 ||
          headers.has('www-authenticate') ||
          headers.get('content-type')?.startsWith('text/html') === true,
        'www-authenticate',
      ],
      [status !== 405 || headers.has('allow'), 'allow'],
    ] as const;
    return wrong.filter(([right]) => !right).map(([, name]) => name);
  },

  'no answer has a secret': (seen, { canaries }) => {
    const { step, answer } = seen;
    const shown = [...answer.headers].filter(([name]) => name !== 'set-cookie' && name !== 'location');
    const text = `${JSON.stringify(shown)} ${withoutHandedOver(seen)}`;
    return canaries
      .find('answer', text)
      .map(({ secret, as }) => `${secret} as ${as}, ${step.operation.tags.join()}`);
  },

  'who may not, does not': (seen, { callers }) => {
    const { permission, path } = seen.step.operation;
    const caller = callers.get(seen.step.caller);
    const identifying = ['authorization', 'cookie', 'sec-fetch-site', 'origin'];
    const replaced = seen.step.headers.some(([name]) => identifying.includes(name));
    if (permission === 'public' || isBent(seen) || replaced || !succeeded(seen)) return [];
    const reads = ['GET', 'HEAD'].includes(seen.request.method);
    const may =
      caller !== undefined &&
      caller.role !== null &&
      roleMay(caller.role, permission) &&
      (reads || caller.readsOnly !== true);
    // Where a person is sent who has to sign in first.
    if (seen.step.operation.tags.includes('hidden') && seen.answer.headers.get('location') === '/') return [];
    const ofInstance = path !== '/v1/workspaces' || caller?.ofInstance === true;
    return may && ofInstance ? [] : [`${seen.step.caller} got ${seen.answer.status}`];
  },

  'a refused request changes nothing': ({ answer, writes }) =>
    answer.status >= 400 && answer.status < 500 ? writes.map(describe) : [],

  'reading changes nothing': (seen) =>
    ['GET', 'HEAD', 'OPTIONS'].includes(seen.request.method) && !isPage(seen)
      ? seen.writes.map(describe)
      : [],

  'a repeated answer changes nothing': ({ answer, writes }) =>
    answer.headers.has('idempotency-replayed') ? writes.map(describe) : [],

  'nobody changes another workspace': (seen, world) => {
    const workspace = workspaceOf(seen, world);
    if (workspace === null || isPage(seen) || seen.step.operation.path === '/v1/workspaces') return [];
    return seen.writes
      .filter((write) => write.workspace !== null && write.workspace !== workspace)
      .map(describe);
  },

  'nobody sees another workspace': (seen, world) => {
    const workspace = workspaceOf(seen, world);
    // The audit quotes addresses that were refused; pages follow any authorization for a session.
    if (
      workspace === null ||
      !succeeded(seen) ||
      isPage(seen) ||
      /^\/v1\/audit(?:\/export)?$/.test(seen.step.operation.path)
    )
      return [];
    const sent = `${seen.request.target} ${seen.request.body?.toString() ?? ''}`;
    return foreignIds(world, seen.answer.text, workspace)
      .filter((id) => !sent.includes(id))
      .map((id) => id.split('_')[0] ?? '');
  },

  'nothing of a request is markup in a page': ({ answer }) =>
    answer.headers.get('content-type')?.startsWith('text/html') === true &&
    answer.text.includes(markup.slice(2, 10))
      ? ['it is']
      : [],
};

function describe({ operation, table, columns }: Write): string {
  return `${operation} ${table}${columns.length === 0 ? '' : ` (${columns.join()})`}`;
}

/** An answer without what it is there to hand over, once. */
function withoutHandedOver(seen: Seen): string {
  const { step, request, answer } = seen;
  const body = answer.status < 300 && request.method === 'POST' ? bodyOf(seen) : null;
  if (body === null) return answer.text;
  if (step.operation.path === '/v1/leases') {
    const { accessToken: _token, fields: _fields, ...rest } = body;
    return JSON.stringify(rest);
  }
  if (step.operation.path === '/v1/service-tokens') return JSON.stringify({ ...body, token: '' });
  return answer.text;
}
