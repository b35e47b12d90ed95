import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { World } from '../world.ts';
import { callLatchkey, type Latchkey, type LatchkeyAnswer } from './latchkey.ts';
import { maskLease } from './mask.ts';
import { editorPage } from './page.ts';

const name = z.string().regex(/^[\w-]{1,100}$/);
const sessionBody = z.object({
  provider: name,
  credentialId: name.optional(),
  mode: z.enum(['popup', 'iframe', 'redirect']),
});
const runBody = z.object({ provider: name, credentialId: name.optional() });

const scripts: Readonly<Record<string, URL>> = {
  'editor.js': new URL('../../static/pipeline-editor.js', import.meta.url),
  'connect.js': new URL('../../../../packages/connect/dist/connect.global.js', import.meta.url),
};

const notConfigured: LatchkeyAnswer = {
  status: 503,
  body: { code: 'not_configured', detail: 'Set SANDBOX_LATCHKEY_URL and SANDBOX_LATCHKEY_TOKEN.' },
};

/**
 * The example product: a page, and the back end of it. `?coop=same-origin` sends that opener policy with the page, as
 * products do that want to be cross-origin isolated.
 */
export function pipelineEditorRoutes(app: FastifyInstance, world: World): void {
  const names = namesOf(world.url);
  const originOf = ({ host }: IncomingHttpHeaders) => names.find((own) => new URL(own).host === host);
  // Its back end acts for whoever asks, so only its own page may.
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    const own = originOf(headers);
    const isOwn = headers.origin === own || (method === 'GET' && headers.origin === undefined);
    if (own === undefined || !isOwn) await reply.code(403).send({ code: 'forbidden' });
  });

  app.get<{ Querystring: { coop?: string } }>('/', async ({ query }, reply) => {
    if (query.coop === 'same-origin') reply.header('cross-origin-opener-policy', 'same-origin');
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(editorPage);
  });
  for (const [file, url] of Object.entries(scripts)) {
    app.get(`/${file}`, async (_request, reply) => {
      const text = await readFile(url, 'utf8').catch(() => null);
      if (text === null) return reply.code(503).send({ detail: 'Run "npm run build" first.' });
      return reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(text);
    });
  }

  const answer = async (reply: FastifyReply, ask: (latchkey: Latchkey) => Promise<LatchkeyAnswer>) => {
    const { status, body } =
      world.latchkey === null ? notConfigured : await ask(world.latchkey).catch(unreachable);
    return reply.code(status).header('cache-control', 'no-store').send(body);
  };
  app.get('/providers', async (_request, reply) =>
    answer(reply, async (to) => callLatchkey(to, '/v1/providers')),
  );
  app.get<{ Querystring: { provider: string } }>('/credentials', async ({ query }, reply) =>
    answer(reply, async (to) =>
      callLatchkey(to, `/v1/credentials?limit=200&provider=${encodeURIComponent(query.provider)}`),
    ),
  );
  app.get<{ Querystring: { session: string } }>('/outcome', async ({ query }, reply) =>
    answer(reply, async (to) =>
      callLatchkey(to, `/v1/connect-sessions/${encodeURIComponent(query.session)}`),
    ),
  );
  app.post('/sessions', async ({ body, headers }, reply) =>
    answer(reply, async (to) => makeSession(to, originOf(headers) ?? world.url, sessionBody.parse(body))),
  );
  app.post('/runs', async ({ body }, reply) =>
    answer(reply, async (to) => {
      const { status, body: lease } = await callLatchkey(to, '/v1/leases', runBody.parse(body));
      return { status, body: status === 200 ? maskLease(lease) : lease };
    }),
  );
}

/** On a machine of its own it is also reached as `localhost`: for browsers that is another site than `127.0.0.1`. */
function namesOf(url: string): string[] {
  const { origin, hostname } = new URL(url);
  return hostname === '127.0.0.1' ? [origin, origin.replace(hostname, 'localhost')] : [origin];
}

async function makeSession(
  latchkey: Latchkey,
  origin: string,
  { provider, credentialId, mode }: z.output<typeof sessionBody>,
): Promise<LatchkeyAnswer> {
  return callLatchkey(latchkey, '/v1/connect-sessions', {
    mode,
    allowedOrigins: [origin],
    state: 'node-1',
    ...(credentialId === undefined ? { providers: [provider] } : { credentialId }),
    ...(mode === 'redirect' ? { returnUrl: `${origin}/pipeline-editor/` } : {}),
  });
}

function unreachable(): LatchkeyAnswer {
  return { status: 502, body: { code: 'unreachable', detail: 'Latchkey cannot be reached.' } };
}
