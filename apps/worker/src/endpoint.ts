import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openHealth, type Health } from '@latchkey/core/health.ts';
import type { Runtime } from '@latchkey/core/runtime.ts';

type Phase = 'starting' | 'working' | 'stopping';

/** What a supervisor and Prometheus ask a worker: `/livez`, `/readyz`, `/metrics`. No secrets, so no tokens. */
export interface Endpoint {
  /** The worker takes jobs from now on. */
  working(): void;
  /** It takes no more, and finishes what it has begun. */
  stopping(): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** @throws the error of `listen`, such as EADDRINUSE */
export async function openEndpoint(
  runtime: Runtime,
  { host, port }: { host: string; port: number },
): Promise<Endpoint> {
  let phase: Phase = 'starting';
  const checkHealth = openHealth(runtime);
  const { registry } = runtime.meters;
  const answers = new Map<string, () => Promise<Answer>>([
    ['/livez', async () => json(200, { status: 'ok' })],
    ['/readyz', async () => readiness(phase, await checkHealth())],
    ['/metrics', async () => ({ status: 200, type: registry.contentType, body: await registry.metrics() })],
  ]);
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const find = answers.get(request.url?.split('?')[0] ?? '');
    if (find === undefined) return problem(404, 'not_found', 'Nothing is here');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return problem(405, 'method_not_allowed', 'Only GET is answered');
    return find();
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      (error: unknown) => {
        runtime.log.error({ err: error }, 'the worker endpoint failed');
        send(response, problem(500, 'internal_error', 'Something went wrong'));
      },
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    working: () => {
      phase = 'working';
    },
    stopping: () => {
      phase = 'stopping';
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Unlike the API, a worker without its transport can do nothing. */
function readiness(phase: Phase, checks: Health): Answer {
  if (phase !== 'working') return problem(503, 'service_unavailable', `The worker is ${phase}`, { checks });
  const failing = Object.entries(checks)
    .filter(([, check]) => check === 'failing')
    .map(([name]) => name);
  if (failing.length > 0)
    return problem(503, 'service_unavailable', `No answer: ${failing.join(', ')}`, { checks });
  return json(200, { status: 'ready', checks });
}

function json(status: number, body: object): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(body) };
}

function problem(status: number, code: string, title: string, extensions: object = {}): Answer {
  const body = JSON.stringify({ type: 'about:blank', title, status, code, ...extensions });
  return { status, type: 'application/problem+json; charset=utf-8', body };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
