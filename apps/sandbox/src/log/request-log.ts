import type { LogEntry, LogQuery } from './log-entry.ts';
import { logQuerySchema } from './log-entry.ts';

export type Arrival = Pick<
  LogEntry,
  | 'provider'
  | 'endpoint'
  | 'method'
  | 'route'
  | 'clientId'
  | 'grantId'
  | 'clientAuthentication'
  | 'contentType'
  | 'presented'
>;

/** The authoritative record of every request to a provider endpoint, in order of arrival. */
export class RequestLog {
  /** In order of arrival, without gaps in the sequence. */
  #entries: LogEntry[] = [];
  #sequence = 0;
  #tick = 0;

  arrive(arrival: Arrival): LogEntry {
    const entry: LogEntry = {
      sequence: (this.#sequence += 1),
      ...arrival,
      issued: null,
      arrivedAt: new Date().toISOString(),
      arrivedTick: (this.#tick += 1),
      committedAt: null,
      committed: false,
      answeredAt: null,
      delivered: false,
      endedAt: null,
      endedTick: null,
      status: null,
      error: null,
      outcome: 'pending',
      faults: [],
    };
    this.#entries.push(entry);
    return entry;
  }

  end(entry: LogEntry): void {
    entry.endedAt = new Date().toISOString();
    entry.endedTick = this.#tick += 1;
    if (!entry.delivered) entry.outcome = 'no_answer';
    else entry.outcome = entry.error === null && (entry.status ?? 500) < 400 ? 'succeeded' : 'failed';
  }

  /** Copies, so that a reader's snapshot does not change under it. */
  read(query: LogQuery = {}): LogEntry[] {
    const { provider, endpoint, after = 0, grantId } = logQuerySchema.parse(query);
    const first = this.#entries[0]?.sequence ?? 1;
    return this.#entries
      .slice(Math.max(0, after + 1 - first))
      .filter(
        (entry) =>
          (provider === undefined || entry.provider === provider) &&
          (grantId === undefined || entry.grantId === grantId) &&
          (endpoint === undefined || kindMatches(endpoint, entry.endpoint)),
      )
      .map(copyOf);
  }

  /** Sequence numbers go on: an `after` from before the clearing stays meaningful. */
  clear(): void {
    this.#entries = [];
  }
}

// Made by hand: structuredClone takes ten times as long, and whole runs are read.
function copyOf(entry: LogEntry): LogEntry {
  const { presented, issued, faults } = entry;
  return {
    ...entry,
    presented: presented && { ...presented },
    issued: issued && { ...issued },
    faults: [...faults],
  };
}

/** Whether a kind is covered by a pattern, where `token` stands for both token kinds. */
export function kindMatches(pattern: string, kind: string): boolean {
  return pattern === kind || (pattern === 'token' && kind.startsWith('token.'));
}
