import { connect } from 'node:net';

/** A request byte for byte: nothing here checks, escapes or completes what it is given. */
export interface WireRequest {
  readonly method: string;
  /** What stands between method and version. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | null;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** `cut`: the connection ended without an answer; `silent`: nothing complete came in time; `garbled`: it was no HTTP. */
export type NoAnswer = 'cut' | 'silent' | 'garbled';

interface SendOptions {
  readonly deadlineMs: number;
}

/** Sends on a connection of its own. An event stream is left after its first bytes. */
export function send(
  port: number,
  request: WireRequest,
  { deadlineMs }: SendOptions,
): Promise<WireAnswer | NoAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(headOf(request, port));
      if (request.body !== null) socket.write(request.body);
    });
    const end = (missing: NoAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(chunks.length === 0 ? missing : (readAnswer(chunks, request.method) ?? 'garbled'));
    };
    const timer = setTimeout(() => {
      chunks.length = 0;
      end('silent');
    }, deadlineMs);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (isStream(chunks)) end('cut');
    });
    socket.on('error', () => end('cut'));
    socket.on('close', () => end('cut'));
  });
}

function headOf({ method, target, headers, body }: WireRequest, port: number): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const framed = names.has('content-length') || names.has('transfer-encoding');
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...(names.has('host') ? [] : [`host: 127.0.0.1:${port}`]),
    'connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body === null || framed ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
}

function isStream(chunks: readonly Buffer[]): boolean {
  const head = Buffer.concat(chunks.slice(0, 4)).toString('latin1');
  return /\r\ncontent-type: text\/event-stream/i.test(head) && /\r\n\r\n[\s\S]/.test(head);
}

function readAnswer(chunks: readonly Buffer[], method: string): WireAnswer | null {
  const bytes = withoutInterim(Buffer.concat(chunks));
  const split = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.subarray(0, Math.max(split, 0)).toString('latin1').split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(statusLine)?.[1]);
  if (split < 0 || Number.isNaN(status)) return null;
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    headers.append(name, value);
  }
  const rest = bytes.subarray(split + 4);
  const chunked = headers.get('transfer-encoding') === 'chunked';
  const body = method === 'HEAD' ? '' : (chunked ? joinChunks(rest) : rest).toString('utf8');
  return { status, headers, text: body };
}

/** `100 Continue` and the like come before the answer. [RFC 9110 section 15.2] */
function withoutInterim(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\r\n\r\n');
  return /^HTTP\/1\.1 1\d\d/.test(bytes.subarray(0, 12).toString('latin1')) && end >= 0
    ? withoutInterim(bytes.subarray(end + 4))
    : bytes;
}

/** RFC 9112 section 7.1; what is cut off in the middle ends there. */
function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, end).toString('latin1'), 16);
    if (end < 0 || Number.isNaN(size) || size === 0) break;
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}
