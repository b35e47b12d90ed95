import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Canaries } from '../support/canaries.ts';
import * as accounts from '../support/canary-accounts.ts';
import * as tour from '../support/canary-run.ts';
import { eavesdrop } from '../support/eavesdrop.ts';
import { startEchoProvider, type EchoProvider } from '../support/echo-provider.ts';
import { openRecorder } from '../support/recorder.ts';
import { startStack, transport, type Stack } from '../support/stack.ts';
import { watchSealed } from '../support/watch-sealed.ts';

const canaries = new Canaries();
const logged: string[] = [];
let folder: string;
let echo: EchoProvider;
let stack: Stack;
/** Everything there is to search, by where it was. */
let sources: Map<string, string[]>;

beforeAll(async () => {
  echo = await startEchoProvider(canaries);
  folder = await mkdtemp(join(tmpdir(), 'latchkey-canary-'));
  await writeFile(join(folder, 'echo.json'), JSON.stringify(echo.definition));
  const sandboxSecret = canaries.make('default client secret');
  const admin = canaries.watch('admin token', canaries.make('admin token').replaceAll(/[^\w-]/g, 'x'));
  stack = await startStack({
    onLog: (line) => logged.push(line),
    env: {
      PROVIDERS_DIR: folder,
      OUTBOUND_ALLOW_INSECURE: echo.origin,
      OAUTH_ECHO_CLIENT_ID: 'echo-client',
      // Short: what a server quotes of it in base64 does not look like a token.
      OAUTH_ECHO_CLIENT_SECRET: canaries.watch(
        'short client secret',
        `s!${Math.random().toString(36).slice(2, 10)}~`,
      ),
      OAUTH_SANDBOX_CLIENT_SECRET: sandboxSecret,
      LATCHKEY_ADMIN_TOKEN: admin,
    },
  });
  const rootKey = stack.api.settings.rootKeys.reveal().split(':')[1] ?? '';
  canaries.watch('root key', rootKey);
  canaries.watch('root key', Buffer.from(rootKey, 'base64').toString('hex'));
  await stack.sandbox.control.registerClient({
    provider: 'sandbox',
    clientId: 'sandbox-sandbox',
    clientSecret: sandboxSecret,
  });

  const recorder = openRecorder(canaries, stack.url);
  const recorded: Stack = { ...stack, admin: recorder.wrap(stack.clientWith(admin)) };
  const ear = await eavesdrop(stack, admin);
  const at: tour.Tour = { stack: recorded, canaries, recorder, echo };
  await tour.keysOfEveryFate(at);
  await accounts.accountsOfEveryFate(at);
  await accounts.callbacksThatAreRefused(at);
  await tour.secretsInWrongPlaces(at);
  await tour.peopleAndPrograms(at);
  await tour.thingsThatBreak(at);
  for (const path of [
    '/v1/events?limit=100',
    '/v1/audit?limit=100',
    '/v1/credentials?limit=100',
    '/v1/authorizations?limit=100',
    '/metrics',
    '/readyz',
  ]) {
    await recorded.admin.get(path);
  }
  await watchSealed(stack, canaries);
  sources = new Map([
    ...(await ear.end()),
    ['log', logged],
    ['answers of the API', [...recorder.answers]],
    ['metrics of the worker', [await stack.worker.meters.registry.metrics()]],
  ]);
}, 180_000);

afterAll(async () => {
  await stack.close();
  await echo.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function search(only?: string) {
  const lines = [...sources].filter(([source]) => only === undefined || source === only);
  return lines.flatMap(([source, texts]) => texts.flatMap((text) => canaries.find(source, text)));
}

describe(`D33: after a tour through everything (${transport})`, () => {
  it('every kind of secret was there to be found, and there was something to search everywhere', () => {
    expect(canaries.names().toSorted()).toEqual(
      [
        'API key',
        'API key in the wrong place',
        'PKCE verifier',
        'access token',
        'access token of the echo provider',
        'admin token',
        'authorization code',
        'code',
        'cookie',
        'custom client secret',
        'default client secret',
        'field of an API key',
        'leased value',
        'refresh token',
        'refresh token of the echo provider',
        'root key',
        'service token',
        'sealed code',
        'sealed verifier',
        'short client secret',
        'state',
        'ticket',
        'token in the wrong place',
      ].toSorted(),
    );
    for (const [source, texts] of sources) {
      const onRedis = source.startsWith('Redis');
      if (onRedis && transport !== 'redis') continue;
      if (source === 'PostgreSQL notifications' && transport !== 'postgres') continue;
      expect(texts.join('').length, source).toBeGreaterThan(100);
    }
  });

  it('the search finds one that is planted, wherever it lies', async () => {
    const planted = new Canaries();
    const value = planted.make('planted');
    for (const [source, texts] of sources) {
      const text = `${texts[0] ?? ''} ${JSON.stringify({ value })} ${texts[1] ?? ''}`;
      expect(planted.find(source, text)).not.toEqual([]);
      expect(texts.flatMap((each) => planted.find(source, each))).toEqual([]);
    }
  });

  it('no secret is in the log', () => expect(search('log')).toEqual([]));
  it('D35: no secret is in an answer of the API but a lease', () =>
    expect(search('answers of the API')).toEqual([]));
  it('no secret is in the metrics of a worker', () => expect(search('metrics of the worker')).toEqual([]));
  it('no secret is in the event stream', () => expect(search('event stream')).toEqual([]));
  it('no secret is or ever was in the database: state, events, audit, jobs', () =>
    expect(search('PostgreSQL, every row there ever was')).toEqual([]));
  it('no secret goes through PostgreSQL notifications', () =>
    expect(search('PostgreSQL notifications')).toEqual([]));
  it('no secret is or ever was in Redis', () =>
    expect([...search('Redis, as it is'), ...search('Redis, as it was sent')]).toEqual([]));

  it('F47: jobs carry two ids and nothing else, and return nothing', () => {
    // Rows of the job tables on PostgreSQL, commands on Redis; `authorizationId` stands in both only as data of a job.
    const jobs = [...sources.values()]
      .flat()
      .filter((text) => /bullmq\.job|^evalsha .*authorizationId/.test(text));
    const carried = jobs.flatMap((text) =>
      [...text.matchAll(/\{[^{}]*authorizationId[^{}]*\}/g)].map(([json]) => json),
    );
    expect(carried.length).toBeGreaterThan(20);
    const ids =
      /^\{\\?"(workspaceId|authorizationId)\\?": ?\\?"(ws|auth)_\w{26}\\?", ?\\?"(workspaceId|authorizationId)\\?": ?\\?"(ws|auth)_\w{26}\\?"\}$/;
    expect(carried.filter((json) => !ids.test(json))).toEqual([]);
  });
});
