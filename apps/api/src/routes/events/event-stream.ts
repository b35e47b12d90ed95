import type { CloudEvent, EventBus } from '@latchkey/core/events';

interface ReadEvents {
  readonly events: readonly CloudEvent[];
  readonly through: string;
}

interface StreamOptions {
  readonly workspaceId: string;
  /** The last sequence that the reader has seen. */
  readonly after: string;
  readonly bus: EventBus;
  /**
   * Events after a sequence, in order, without those that the caller may not see; fewer than `batchSize` means that
   * everything up to `through` was looked at.
   */
  readonly read: (after: string, limit: number) => Promise<ReadEvents>;
  /** Whether the caller may still listen: asked every `checkSeconds`, and when a token was revoked or changed. */
  readonly stillAllowed: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly heartbeatSeconds?: number;
  readonly checkSeconds?: number;
}

const batchSize = 200;

/** One server-sent event. [HTML Standard §9.2.6] JSON has no line breaks, so one `data` line is enough. */
export function toFrame(event: CloudEvent): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/**
 * Events of one workspace as server-sent events, in order and without a gap but for those that the caller may not see:
 * their numbers are skipped. The event table is read; the bus only says that there is something to read, and each pause
 * ends with a look, so a lost message delays an event, no more. It is pulled chunk by chunk: a slow reader holds at most
 * one batch here.
 */
export async function* eventStream(options: StreamOptions): AsyncGenerator<string> {
  const { workspaceId, bus, read, stillAllowed, signal, heartbeatSeconds = 15, checkSeconds = 5 } = options;
  const bell = createBell(signal);
  const stop = [
    bus.subscribe((event) => {
      if (event.workspaceid === workspaceId) bell.ring();
    }),
    bus.onReconnect(bell.ring),
  ];
  try {
    let { after } = options;
    let checkedAt = performance.now();
    let beatAt = checkedAt;
    const pauseMs = Math.min(heartbeatSeconds, checkSeconds) * 1000;
    // Reconnect soon; the comment makes proxies and clients see that the stream is open.
    yield 'retry: 2000\n\n: open\n\n';
    while (!signal.aborted) {
      const { events, through } = await read(after, batchSize);
      const isInDoubt = events.some(({ type }) => type.startsWith('latchkey.service_token.'));
      if (isInDoubt && !(await stillAllowed())) return;
      if (events.length > 0) yield events.map(toFrame).join('');
      after = events.at(-1)?.sequence ?? after;
      if (events.length === batchSize) continue;
      // What is not for this caller is looked at once.
      if (Number(through) > Number(after)) after = through;
      const rang = await bell.wait(pauseMs);
      if (signal.aborted) return;
      if (performance.now() - checkedAt >= checkSeconds * 1000) {
        if (!(await stillAllowed())) return;
        checkedAt = performance.now();
      }
      if (!rang && performance.now() - beatAt >= heartbeatSeconds * 1000) {
        beatAt = performance.now();
        yield ': still here\n\n';
      }
    }
  } finally {
    for (const end of stop) end();
  }
}

/** Remembers a ring that nobody waited for, so that nothing is lost between reading and waiting. */
function createBell(signal: AbortSignal) {
  let rung = false;
  let wake: (() => void) | null = null;
  const ring = () => {
    rung = true;
    wake?.();
  };
  signal.addEventListener('abort', ring, { once: true });
  return {
    ring,
    /** Whether it rang before the time was over. */
    async wait(milliseconds: number): Promise<boolean> {
      if (!rung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
      const rang = rung;
      rung = false;
      return rang;
    },
  };
}
