import { setTimeout as wait } from 'node:timers/promises';

/** Someone who reads the event stream and comes back whenever it breaks. */
export interface Subscriber {
  /** In the order of arrival. */
  readonly sequences: readonly string[];
  close(): Promise<void>;
}

/** Reads `GET /v1/events/stream` from the first event on, as an EventSource does: it resumes with Last-Event-ID. */
export function subscribe(url: string, token: string): Subscriber {
  const sequences: string[] = [];
  const closing = new AbortController();
  const read = async () => {
    const response = await fetch(`${url}/v1/events/stream`, {
      headers: { authorization: `Bearer ${token}`, 'last-event-id': sequences.at(-1) ?? '0'.repeat(20) },
      signal: closing.signal,
    });
    if (!response.ok || response.body === null) throw new Error(`the stream answers ${response.status}`);
    let rest = '';
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + chunk).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        const sequence = /^id: (.+)$/m.exec(frame)?.[1];
        if (sequence !== undefined) sequences.push(sequence);
      }
    }
  };
  const finished = (async () => {
    while (!closing.signal.aborted) {
      await read().catch(() => undefined);
      await wait(100, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    sequences,
    async close() {
      closing.abort();
      await finished;
    },
  };
}
