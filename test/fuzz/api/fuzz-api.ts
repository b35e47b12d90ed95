import fc from 'fast-check';
import { Broken, type Finding } from '../finding.ts';
import { jobFailures, placeOf } from '../job-failures.ts';
import { send, type WireRequest } from '../wire.ts';
import { toCurl } from './curl.ts';
import { rules, type Seen } from './judge.ts';
import { resolve } from './resolve.ts';
import { sequences } from './sequence.ts';
import type { Described, Step } from './step.ts';
import type { World } from './world.ts';

/** Longer than any wait that a request asks for. */
const deadlineMs = 25_000;

/** A finding is made smaller for so long. */
const longestBatchMs = 90_000;

/** Nothing a server must read to its end: it may answer and close while it is still being sent. */
const largestBody = 256 * 1024;

export interface ApiFuzzer {
  /** One batch of sequences. @returns what is new */
  run(batch: { readonly seed: number; readonly runs: number }): Promise<Finding[]>;
  readonly requests: number;
  /** How many requests of each operation succeeded: what is never reached is not tested. */
  readonly reached: ReadonlyMap<string, number>;
}

/** @param known signatures that were reported already; what is found is added */
export function openApiFuzzer(
  world: World,
  operations: readonly Described[],
  known = new Set<string>(),
): ApiFuzzer {
  const reached = new Map<string, number>();
  const any = sequences(operations);
  const log: string[] = [];
  let requests = 0;

  const readLog = () => {
    log.push(...world.takeLog());
    return log;
  };

  async function exchange(step: Step, request: WireRequest): Promise<void> {
    requests += 1;
    const answer = await send(world.port, request, { deadlineMs });
    const name = `${step.operation.method} ${step.operation.path}`;
    const refuse = (rule: string, detail: string) => {
      const signature = `${rule}: ${name}: ${detail}`;
      if (!known.has(signature)) throw new Broken(signature, toCurl(request, step, world));
    };
    for (const what of world.process.take()) refuse('the process works on', what.replace(/\d+ ms/, 'n ms'));
    if (typeof answer === 'string') {
      // Node takes CONNECT for the beginning of a tunnel, and closes it when nobody wants one.
      const unread = (request.body?.length ?? 0) > largestBody || request.method === 'CONNECT';
      if (!(answer === 'cut' && unread)) refuse('every request is answered', answer);
      await world.writes.take();
      return;
    }
    const cause = answer.status >= 500 ? causeOf(readLog()) : '';
    const seen: Seen = { step, request, answer, writes: await world.writes.take() };
    for (const [rule, check] of Object.entries(rules)) {
      for (const detail of check(seen, world)) refuse(rule, `${detail}${cause}`);
    }
    await remember(seen, name);
  }

  async function remember({ step, answer, request }: Seen, name: string): Promise<void> {
    if (answer.status >= 400) return;
    const asDescribed = step.bend === null && step.method === step.operation.method;
    if (asDescribed) reached.set(name, (reached.get(name) ?? 0) + 1);
    const caller = world.callers.get(step.caller);
    const chosen = request.headers.some(([header]) => header === 'x-workspace');
    const home = caller?.workspace ?? world.stack.api.defaultWorkspaceId;
    if (request.method !== 'GET' && caller?.role != null && !chosen) world.pools.learn(answer.text, home);
    const ticket = /\/oauth\/start\/([\w-]{43})"/.exec(answer.text)?.[1];
    if (ticket !== undefined) world.pools.add('ticket', ticket);
    if (name === 'DELETE /auth/session') await world.renewSession();
  }

  async function play(steps: readonly Step[], lines: string[]): Promise<void> {
    for (const step of steps) {
      const request = resolve(step, world);
      lines.push(`${step.caller}: ${toCurl(request, step, world)}`);
      await exchange(step, request);
    }
  }

  return {
    reached,
    get requests() {
      return requests;
    },
    async run({ seed, runs }) {
      const findings: Finding[] = [];
      const note = (signature: string, steps: readonly string[]) => {
        if (known.has(signature)) return;
        known.add(signature);
        findings.push({ signature, steps, seed });
      };
      let shown: string[] = [];
      const property = fc.asyncProperty(any, async (steps) => {
        const lines: string[] = [];
        try {
          await play(steps, lines);
        } catch (error) {
          // The last one that fails is the smallest.
          shown = lines;
          throw error;
        }
      });
      const outcome = await fc.check(property, {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: longestBatchMs,
      });
      if (outcome.failed) {
        const error = outcome.errorInstance;
        if (!(error instanceof Broken)) throw error;
        note(error.signature, shown);
      }
      // What happened beside the requests, and so without one to show.
      const lines = readLog().splice(0);
      for (const failure of jobFailures(lines)) note(`a job copes with whatever it meets: ${failure}`, []);
      for (const line of lines) {
        for (const { secret, as } of world.canaries.find('log', line))
          note(`no line of the log has a secret: ${secret} as ${as}: ${JSON.parse(line).msg}`, []);
      }
      return findings;
    },
  };
}

/** What the log says about a 5xx, without what differs from one time to the next. */
function causeOf(lines: readonly string[]): string {
  const failed = lines.map((line) => JSON.parse(line)).findLast(({ msg }) => msg === 'request failed');
  if (failed === undefined) return '';
  const { type, message, stack = '' } = failed.err;
  const place = placeOf(stack);
  return ` (${type}: ${String(message).split(' - ').at(-1)?.slice(0, 160)}${place === '' ? '' : ` at ${place}`})`;
}
