import type { DemoApi } from './api.ts';
import { say } from './say.ts';

/** Prints every event of the workspace as the stream brings it. */
export function followEvents(api: DemoApi): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const reading = read(api, stopping.signal).catch((error: unknown) => {
    if (!stopping.signal.aborted) say.failure(`The event stream broke: ${String(error)}`);
  });
  return {
    async stop() {
      stopping.abort();
      await reading;
    },
  };
}

async function read(api: DemoApi, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${api.url}/v1/events/stream`, {
    headers: { ...api.headers, 'last-event-id': '0' },
    signal,
  });
  if (response.body === null) throw new Error('no stream');
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const messages = (rest + chunk).split('\n\n');
    rest = messages.pop() ?? '';
    for (const message of messages) print(message);
  }
}

function print(message: string): void {
  const data = message.split('\n').find((line) => line.startsWith('data:'));
  if (data === undefined) return;
  const event = JSON.parse(data.slice('data:'.length)) as { type: string; data: Record<string, unknown> };
  const error = event.data['error'] as { code: string } | null | undefined;
  const facts = [event.data['kind'], event.data['name'], error?.code].filter(
    (fact) => typeof fact === 'string',
  );
  say.event(event.type, facts.join(' · '));
}
