import type { LimitClass, LimitScope } from './limit-classes.ts';

const everyMs = 10_000;

interface Log {
  warn(facts: object, text: string): void;
}

/** Says that requests are refused, at most every 10 seconds per limit: a flood must not become one of the log. */
export function refusalLog(log: Log, now: () => number = () => performance.now()) {
  const told = new Map<string, { at: number; since: number }>();
  return (limitClass: LimitClass, by: LimitScope, clientAddress: string): void => {
    const name = `${limitClass}.${by}`;
    const last = told.get(name) ?? { at: -Infinity, since: 0 };
    told.set(name, last);
    last.since += 1;
    if (now() - last.at < everyMs) return;
    log.warn({ limit: name, requests: last.since, clientAddress }, 'requests are refused by a rate limit');
    last.at = now();
    last.since = 0;
  };
}
