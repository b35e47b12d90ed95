import { request, type ClientRequest, type IncomingMessage } from 'node:http';

interface Frame {
  readonly id: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One connection to the event stream, as raw as it comes; `cut` breaks it in the middle of whatever is under way. */
export interface EventStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly frames: readonly Frame[];
  readonly comments: readonly string[];
  /** Whether the server ended it. */
  readonly ended: boolean;
  cut(): void;
}

interface StreamOptions {
  readonly headers: Record<string, string>;
  /** Called for every frame; cutting in it drops what else has arrived with it. */
  readonly onFrame?: (frame: Frame, cut: () => void) => void;
}

/** Opens `GET /v1/events/stream`; settled when the headers are there. */
export async function openEventStream(
  url: string,
  { headers, onFrame }: StreamOptions,
): Promise<EventStream> {
  const frames: Frame[] = [];
  const comments: string[] = [];
  const state = { ended: false, cut: false };
  const { incoming, outgoing } = await connect(url, headers);
  const cut = () => {
    state.cut = true;
    outgoing.destroy();
  };
  let rest = '';
  incoming.setEncoding('utf8');
  incoming.on('error', () => undefined);
  incoming.on('end', () => {
    state.ended = true;
  });
  incoming.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      if (state.cut) return;
      if (block.startsWith(':')) comments.push(block);
      const frame = parse(block);
      if (frame === null) continue;
      frames.push(frame);
      onFrame?.(frame, cut);
    }
  });
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    frames,
    comments,
    get ended() {
      return state.ended;
    },
    cut,
  };
}

function parse(block: string): Frame | null {
  const [, id, event, data] = /^id: (.+)\nevent: (.+)\ndata: (.+)$/.exec(block) ?? [];
  if (id === undefined || event === undefined || data === undefined) return null;
  return { id, event, data: JSON.parse(data) as Frame['data'] };
}

function connect(url: string, headers: Record<string, string>) {
  return new Promise<{ incoming: IncomingMessage; outgoing: ClientRequest }>((resolve, reject) => {
    const outgoing = request(url, { headers, agent: false }, (incoming) => resolve({ incoming, outgoing }));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
