/**
 * Whether the time of an answer tells how much of a secret was right: wrong ones that begin like a right one against
 * random ones, in random order, one at a time. The first row is a control that must differ.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';
import { openBrowser } from '../test/support/browser.ts';
import { openDeployment } from '../test/support/processes.ts';
import { clearT, compareSamples } from './support/compare-samples.ts';
import { printTable } from './support/print-table.ts';

const { values } = parseArgs({ options: { samples: { type: 'string', default: '2000' } } });
const samples = Number(values.samples);
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Case {
  readonly name: string;
  readonly near: () => Sent;
  readonly far: () => Sent;
  /** What both are answered with; null where they differ. */
  readonly status: number | null;
}

/** All but the last characters are right; those are new every time, so that nothing is answered from memory. */
function beginsLike(secret: string): string {
  return secret.slice(0, -6) + randomText(6);
}

function randomLike(secret: string, prefix = ''): string {
  return prefix + randomText(secret.length - prefix.length);
}

function randomText(length: number): string {
  return randomBytes(length).toString('base64url').slice(0, length);
}

const deployment = await openDeployment('postgres');
try {
  // Without limits: they would answer most of it without looking.
  const api = await deployment.startApi({ RATE_LIMITS: 'off' });
  const cases = await prepare();
  const rows: string[][] = [];
  for (const one of cases) rows.push(await measure(api.url, one));
  printTable(
    `Wrong secrets that begin like the right one against random ones, ${samples} of each, in random order`,
    [
      'secret',
      'near ms',
      'far ms',
      'difference µs',
      "Welch's t",
      'Mann–Whitney z',
      'differs',
      'would be seen from µs',
    ],
    rows,
  );
  console.log(`
A difference is one with |t| or |z| > ${clearT}; a smaller one than "would be seen from" drowns in the noise of this run. The
control is public by its answer: a token that is known needs no look-up.`);
} finally {
  agent.destroy();
  await deployment.close();
}

async function prepare(): Promise<Case[]> {
  const { admin } = deployment;
  const made = await admin.post('/v1/service-tokens', { name: 'timed', role: 'viewer' });
  const token: string = made.body.token;
  const adminToken = deployment.env['LATCHKEY_ADMIN_TOKEN'] ?? '';
  const signedIn = await admin.post('/auth/session', { adminToken });
  const session = /latchkey_session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
  const started = await admin.post('/v1/authorizations', { provider: 'sandbox', confirm: false });
  const browser = openBrowser();
  const ticket = new URL(started.body.authorizationUrl).pathname.split('/').at(-1) ?? '';
  const page = await browser.visit(started.body.authorizationUrl);
  const state = new URL(String(page.headers['location'])).searchParams.get('state') ?? '';
  const bound = [...browser.cookies()].find(([name]) => name.includes('latchkey_browser'))?.[1] ?? '';
  const [boundValue = '', signature = ''] = bound.split('.');

  const withToken = (value: string): Sent => ({
    // Knows no provider of that name without asking the database: all it has to find out is who asks.
    path: '/v1/providers/none',
    headers: { authorization: `Bearer ${value}` },
  });
  const withSession = (value: string): Sent => ({
    path: '/auth/session',
    headers: { cookie: `latchkey_session=${value}` },
  });
  const signIn = (value: string): Sent => ({
    method: 'POST',
    path: '/auth/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ adminToken: value }),
  });
  const withState = (value: string): Sent => ({
    path: `/oauth/callback/sandbox?code=x&state=${value}`,
    headers: { cookie: `latchkey_browser=${bound}` },
  });
  const withTicket = (value: string): Sent => ({ path: `/oauth/start/${value}` });
  const signed = (value: string): Sent => ({
    path: `/oauth/status/${started.body.id}`,
    headers: { cookie: `latchkey_browser=${boundValue}.${value}` },
  });
  return [
    {
      name: 'control: right token, known · wrong one',
      near: () => withToken(token),
      far: () => withToken(randomLike(token, 'lk_')),
      status: null,
    },
    {
      name: 'service token',
      near: () => withToken(beginsLike(token)),
      far: () => withToken(randomLike(token, 'lk_')),
      status: 401,
    },
    {
      name: 'admin token, as bearer',
      near: () => withToken(beginsLike(adminToken)),
      far: () => withToken(randomLike(adminToken, 'lk_')),
      status: 401,
    },
    {
      name: 'admin token, at sign-in',
      near: () => signIn(beginsLike(adminToken)),
      far: () => signIn(randomLike(adminToken)),
      status: 401,
    },
    {
      name: 'session cookie',
      near: () => withSession(beginsLike(session)),
      far: () => withSession(randomLike(session)),
      status: 401,
    },
    {
      name: 'state of a callback',
      near: () => withState(beginsLike(state)),
      far: () => withState(randomLike(state)),
      status: 400,
    },
    {
      name: 'ticket of a start link',
      near: () => withTicket(beginsLike(ticket)),
      far: () => withTicket(randomLike(ticket)),
      status: 400,
    },
    {
      name: 'signature of the browser cookie',
      near: () => signed(beginsLike(signature)),
      far: () => signed(randomLike(signature)),
      status: 404,
    },
  ];
}

async function measure(url: string, { name, near, far, status }: Case): Promise<string[]> {
  const took = { near: [] as number[], far: [] as number[] };
  for (let n = 0; n < 200; n += 1) await send(url, n % 2 === 0 ? near() : far()); // warm
  while (took.near.length < samples || took.far.length < samples) {
    const which = Math.random() < 0.5 ? 'near' : 'far';
    if (took[which].length >= samples) continue;
    const answer = await send(url, which === 'near' ? near() : far());
    if (status !== null && answer.status !== status)
      throw new Error(`${name}: answered ${answer.status}, not ${status}`);
    took[which].push(answer.ms);
  }
  const { medians, t, z, visible } = compareSamples(took.near, took.far);
  return [
    name,
    medians[0].toFixed(3),
    medians[1].toFixed(3),
    ((medians[0] - medians[1]) * 1000).toFixed(0),
    t.toFixed(2),
    z.toFixed(2),
    Math.max(Math.abs(t), Math.abs(z)) > clearT ? 'yes' : 'no',
    (visible * 1000).toFixed(0),
  ];
}

/** From the last byte sent to the first one received. */
function send(
  url: string,
  { method = 'GET', path, headers = {}, body }: Sent,
): Promise<{ status: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const sending = request(url + path, { method, headers, agent });
    let begun = 0;
    sending.on('error', reject);
    sending.on('response', (response) => {
      const ms = performance.now() - begun;
      response.on('end', () => resolve({ status: response.statusCode ?? 0, ms })).resume();
    });
    begun = performance.now();
    sending.end(body);
  });
}
