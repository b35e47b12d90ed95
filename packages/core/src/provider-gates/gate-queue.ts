import { refuse, refuseForRate, type Refusal } from './decide-gate.ts';
import { standingOf, type GateState } from './gate-state.ts';
import type { Taken } from './take-permits.ts';
import { largestBlock, nextBlock, permitSeconds } from './token-bucket.ts';

export type GateAnswer =
  | {
      readonly passed: true;
      /** It has the turn to try whether the provider is back. */
      readonly probe: boolean;
    }
  | Refusal;

/** The callers of one process at one gate: who comes spends what was fetched for all, or waits in line. */
export interface GateQueue {
  pass(rate: number): Promise<GateAnswer>;
  forget(): void;
  /** `performance.now()` of the last call; Infinity while somebody waits. */
  idleSince(): number;
}

interface Waiter {
  readonly deadline: number;
  readonly resolve: (answer: GateAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** A refusal is asked about again after so long: another process may have closed the gate. */
const refusalSeconds = 1;
const longestLine = 1000;
const pollSeconds = { rate: [0.05, 0.25], turn: [0.1, 0.2] } as const;

/** @param take fetches permits for everybody, from PostgreSQL */
export function openGateQueue(
  take: (want: number, rate: number) => Promise<Taken>,
  patienceSeconds: number,
): GateQueue {
  let permits = 0;
  let permitsUntil = 0;
  let lastBlock = 0;
  let refusal: { readonly state: GateState; readonly at: number; readonly until: number } | null = null;
  let changes = 0;
  let waiting: Waiter[] = [];
  let serving = false;
  let usedAt = performance.now();
  let wake = (): void => undefined;

  /** Asks once for all who wait. @returns seconds until asking again makes sense */
  async function ask(rate: number): Promise<number> {
    const spent = lastBlock - permits;
    const known = changes;
    const startedAt = performance.now();
    const { state, granted, probe, left } = await take(
      nextBlock(rate, { waiting: waiting.length, last: lastBlock, spent }),
      rate,
    );
    if (probe) {
      waiting.shift()?.resolve({ passed: true, probe: true });
      return between(pollSeconds.turn);
    }
    if (known !== changes) return 0;
    switch (standingOf(state)) {
      case 'open':
        refusal = {
          state,
          at: startedAt,
          until: startedAt + Math.min(state.openForSeconds ?? 0, refusalSeconds) * 1000,
        };
        dismiss(() => refuse(state, Math.random()));
        return 0;
      case 'half_open': {
        const pause = between(pollSeconds.turn);
        const now = performance.now();
        dismiss(({ deadline }) => (deadline < now + pause * 1000 ? refuse(state, Math.random()) : null));
        return pause;
      }
      case 'closed': {
        permits = granted;
        lastBlock = granted;
        permitsUntil = startedAt + permitSeconds * 1000;
        for (; permits > 0 && waiting.length > 0; permits -= 1)
          waiting.shift()?.resolve({ passed: true, probe: false });
        const now = performance.now();
        dismiss(({ deadline }, ahead) =>
          now + ((ahead + 1 - left) / rate) * 1000 > deadline
            ? refuseForRate(rate, ahead, Math.random())
            : null,
        );
        if (left >= 1) return 0;
        const seconds = (Math.min(waiting.length, largestBlock) - left) / rate;
        const [least, most] = pollSeconds.rate;
        return Math.min(Math.max(seconds, least), most) * (1 + Math.random() / 4);
      }
    }
  }

  /** Sends away those for whom `answer` has one. */
  function dismiss(answer: (waiter: Waiter, ahead: number) => Refusal | null): void {
    const staying: Waiter[] = [];
    for (const waiter of waiting) {
      const refused = answer(waiter, staying.length);
      if (refused === null) staying.push(waiter);
      else waiter.resolve(refused);
    }
    waiting = staying;
  }

  async function serve(rate: number): Promise<void> {
    serving = true;
    try {
      while (waiting.length > 0) {
        const pause = await ask(rate);
        if (pause > 0 && waiting.length > 0) await rest(pause);
      }
    } catch (error) {
      const stranded = waiting;
      waiting = [];
      for (const { reject } of stranded) reject(error);
    } finally {
      serving = false;
    }
  }

  function rest(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function held(now: number): GateAnswer | null {
    if (refusal !== null && now < refusal.until) {
      const openForSeconds = (refusal.state.openForSeconds ?? 0) - (now - refusal.at) / 1000;
      return refuse({ ...refusal.state, openForSeconds }, Math.random());
    }
    if (waiting.length > 0 || permits < 1 || now >= permitsUntil) return null;
    permits -= 1;
    return { passed: true, probe: false };
  }

  return {
    async pass(rate) {
      const now = performance.now();
      usedAt = now;
      const answer = held(now);
      if (answer !== null) return answer;
      if (waiting.length >= Math.min(Math.max(1, rate * patienceSeconds), longestLine))
        return refuseForRate(rate, waiting.length, Math.random());
      return new Promise((resolve, reject) => {
        waiting.push({ deadline: now + patienceSeconds * 1000, resolve, reject });
        if (!serving) void serve(rate);
      });
    },
    forget() {
      permits = 0;
      refusal = null;
      changes += 1;
      wake();
    },
    idleSince: () => (waiting.length > 0 ? Infinity : usedAt),
  };
}

function between([least, most]: readonly [number, number]): number {
  return least + Math.random() * (most - least);
}
