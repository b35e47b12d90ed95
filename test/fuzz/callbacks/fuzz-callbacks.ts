import fc from 'fast-check';
import { openBrowser } from '../../support/browser.ts';
import { eventually } from '../../support/eventually.ts';
import type { AnswersWorld } from '../answers/world.ts';
import { markup } from '../api/hostile.ts';
import { encode } from '../api/encode.ts';
import { Broken, type Finding } from '../finding.ts';
import { send, type WireAnswer, type WireRequest } from '../wire.ts';
import { callbacks, type Callback } from './callback.ts';

export interface CallbackFuzzer {
  run(batch: { readonly seed: number; readonly runs: number }): Promise<Finding[]>;
  readonly requests: number;
  /** Answers by status. */
  readonly ends: ReadonlyMap<string, number>;
}

/** Somebody who has come back from a provider. */
interface Visit {
  readonly authorizationId: string;
  readonly state: string;
  readonly code: string;
  readonly cookie: string;
}

const deadlineMs = 25_000;

/** @param known signatures that were reported already; what is found is added */
export function openCallbackFuzzer(world: AnswersWorld, known = new Set<string>()): CallbackFuzzer {
  const { stack } = world;
  const [lane, otherLane] = world.quietLanes;
  const port = Number(new URL(stack.url).port);
  const ends = new Map<string, number>();
  let requests = 0;
  let visit: Visit | null = null;
  let other: Visit | null = null;
  let used = '';

  async function begin(): Promise<Visit> {
    const { body } = await stack.admin.post('/v1/authorizations', { provider: lane.id, confirm: false });
    const browser = openBrowser();
    const { url } = await browser.follow(body.authorizationUrl, `${stack.url}/oauth/callback/`);
    const cookie = [...browser.cookies()].find(([name]) => name.endsWith('latchkey_browser'))?.[1] ?? '';
    const query = new URL(url).searchParams;
    return {
      authorizationId: body.id,
      state: query.get('state') ?? '',
      code: query.get('code') ?? '',
      cookie: `latchkey_browser=${cookie}`,
    };
  }

  function toRequest(at: Callback, own: Visit, another: Visit, mark: string): WireRequest {
    const fill = (text: string) =>
      text
        .replaceAll('⟦state⟧', own.state)
        .replaceAll('⟦code⟧', own.code)
        .replaceAll('⟦used-state⟧', used)
        .replaceAll('⟦state-of-another⟧', another.state)
        .replaceAll('⟦provider⟧', lane.id)
        .replaceAll('⟦other-provider⟧', otherLane.id)
        .replaceAll(/⟦long\/(\d+)⟧/g, (_all, count: string) => 'x'.repeat(Number(count)));
    // What is no part of a right answer carries a mark, to be looked for in the page.
    const marked = (text: string) => (text.includes('⟦') || text.length < 4 ? fill(text) : `${text}${mark}`);
    const query = at.query.map(([name, value]) => `${encode(fill(name))}=${encode(marked(value))}`);
    const cookies = {
      own: own.cookie,
      other: another.cookie,
      forged: `latchkey_browser=${'A'.repeat(43)}.${'A'.repeat(43)}`,
      none: null,
    }[at.browser];
    return {
      method: 'GET',
      target: `/oauth/callback/${encode(fill(at.provider))}?${query.join('&')}${fill(at.raw)}`,
      headers: [...(cookies === null ? [] : [['cookie', cookies] as const]), ...at.headers],
      body: null,
    };
  }

  /** Whether an answer like this one may be accepted, told without the code that decides it. */
  function mayBeAccepted({ target }: WireRequest, at: Callback, visitor: Visit): boolean {
    const [path = '', ...rest] = target.split('?');
    const states = new URLSearchParams(rest.join('?').split('#')[0]).getAll('state');
    return (
      path === `/oauth/callback/${lane.id}` &&
      ['own', 'other'].includes(at.browser) &&
      states.length === 1 &&
      states[0] === visitor.state
    );
  }

  async function stateOf(authorizationId: string): Promise<{ status: string; consumed: boolean }> {
    const { rows } = await world.database.query(
      `select a.status, exists (select from authorization_state s where s.authorization_id = a.id and s.consumed_at is not null) as consumed
       from "authorization" a where a.id = $1`,
      [authorizationId],
    );
    return rows[0];
  }

  async function exchange(at: Callback): Promise<void> {
    visit ??= await begin();
    other ??= await begin();
    const own = visit;
    const visitor = at.browser === 'other' ? other : own;
    const mark = `FZ${requests}ZF`;
    const request = toRequest(at, own, other, mark);
    const tokens = lane.provider.requests('/token');
    requests += 1;
    const answer = await send(port, request, { deadlineMs });
    const broken = (what: string) => {
      const line = JSON.stringify({ ...at, answered: typeof answer === 'string' ? answer : answer.status });
      if (!known.has(what))
        throw new Broken(
          what,
          line.replaceAll(/(.)\1{99,}/g, (run, each: string) => `${each}{${run.length} times}`),
        );
    };
    for (const what of world.process.take()) broken(what.replace(/\d+ ms/, 'n ms'));
    if (typeof answer === 'string') return broken(`no answer: ${answer}`);
    ends.set(`callback ${answer.status}`, (ends.get(`callback ${answer.status}`) ?? 0) + 1);
    for (const what of wrongInPage(answer, mark)) broken(what);
    for (const { secret, as } of world.canaries.find('page', answer.text))
      broken(`the page has ${secret} as ${as}`);
    if (answer.status !== 200) {
      for (const { authorizationId } of [own, other]) {
        const { status, consumed } = await stateOf(authorizationId);
        if (consumed || status !== 'awaiting_consent')
          broken(`a refused answer left ${status}${consumed ? ', its state consumed' : ''}`);
      }
      if (lane.provider.requests('/token') !== tokens) broken('a refused answer made a token request leave');
      return;
    }
    if (visitor === own) visit = null;
    else other = null;
    used = visitor.state;
    if (!mayBeAccepted(request, at, visitor)) broken('an answer was accepted that belongs to nobody here');
    if (!(await stateOf(visitor.authorizationId)).consumed) broken('an accepted answer left its state');
    await eventually(
      async () => ['succeeded', 'failed'].includes((await stateOf(visitor.authorizationId)).status),
      {
        describe: 'the authorization has ended',
        timeoutMs: 30_000,
      },
    );
    if (lane.provider.requests('/token') > tokens + 1) broken('a code was presented twice');
  }

  return {
    ends,
    get requests() {
      return requests;
    },
    async run({ seed, runs }) {
      const outcome = await fc.check(fc.asyncProperty(callbacks, exchange), {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: 90_000,
      });
      if (!outcome.failed) return [];
      const error = outcome.errorInstance;
      if (!(error instanceof Broken)) throw error;
      known.add(error.signature);
      const [, line = ''] = error.message.split('\n');
      return [{ signature: `callback: ${error.signature}`, steps: [line], seed }];
    },
  };
}

function wrongInPage({ status, headers, text }: WireAnswer, mark: string): string[] {
  const isDenial = status === 200;
  return [
    ...(status >= 500 ? [`${status}`] : []),
    ...(text.includes(markup.slice(2, 10)) ? ['markup of a query is markup of the page'] : []),
    // What a provider says about a denial is shown, as text.
    ...(text.includes(mark) && !isDenial ? ['a value of a query is in the page'] : []),
    ...(headers.get('cache-control') === 'no-store' ? [] : ['the page may be kept']),
    ...(headers.get('referrer-policy') === 'no-referrer' ? [] : ['the page tells others its address']),
    ...(/^text\/html; charset=utf-8$|^application\/problem\+json/.test(headers.get('content-type') ?? '')
      ? []
      : [`${status} is ${headers.get('content-type')}`]),
  ];
}
