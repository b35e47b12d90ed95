import { limitClasses, type RouteLimit } from '@latchkey/api/rate-limits/limit-classes.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAnotherApi, type AnotherApi } from '../../support/another-api.ts';
import { stateOf } from '../../support/api-routes.ts';
import type { Answer, Client } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { converge } from '../../support/converge.ts';
import { addKey } from '../../support/flows.ts';
import { sampleOf } from '../../support/samples.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

/** Three at once, and one more every second. */
const amount = { count: 3, seconds: 3 };
const classes = Object.keys(limitClasses) as (keyof typeof limitClasses)[];
const perToken = classes.filter((name) => 'token' in limitClasses[name].scopes);

let stack: Stack;
let api: AnotherApi;
/** Limits nobody but addresses, as they are for requests without a token. */
let byAddress: AnotherApi;
let credentialId: string;

beforeAll(async () => {
  stack = await startStack();
  credentialId = (await addKey(stack, 'sandbox', { apiKey: 'sbx_valid_limits' })).credential.id;
  const tiny = classes.filter((name) => name !== 'guess' && name !== 'health');
  const limits = tiny.map((name) => `${name}=${amount.count}/${amount.seconds}`);
  const alone = perToken.map((name) => `${name}.workspace=off,${name}.address=off`);
  api = await openAnotherApi(stack, { RATE_LIMITS: [...limits, ...alone].join(',') });
  const addressOnly = ['authorization_start', 'callback', 'sign_in'].map((name) => `${name}.address=3/3`);
  byAddress = await openAnotherApi(stack, { RATE_LIMITS: addressOnly.join(','), TRUST_PROXY: '1' });
});

afterAll(async () => {
  await Promise.all([api.close(), byAddress.close()]);
  await stack.close();
});

let addresses = 0;

/** Each test calls from an address of its own, with a token of its own. */
function newAddress(): Record<string, string> {
  addresses += 1;
  return { 'x-forwarded-for': `198.51.100.${addresses}` };
}

async function newCaller(): Promise<Client> {
  const made = await stack.admin.post('/v1/service-tokens', { name: 'limited', role: 'admin' });
  return api.clientWith(made.body.token);
}

interface Sample {
  readonly limitClass: RouteLimit;
  readonly by: 'token' | 'address';
  readonly send: (caller: Client, headers: Record<string, string>) => Promise<Answer>;
}

const samples: Record<string, Sample> = {
  'POST /v1/leases': {
    limitClass: 'lease',
    by: 'token',
    send: (caller) => caller.post('/v1/leases', { provider: 'sandbox', credentialId }),
  },
  'GET /v1/credentials': { limitClass: 'read', by: 'token', send: (caller) => caller.get('/v1/credentials') },
  'PATCH /v1/credentials/:id': {
    limitClass: 'write',
    by: 'token',
    send: (caller) => caller.patch(`/v1/credentials/${credentialId}`, { isDefault: true }),
  },
  'POST /v1/credentials': {
    limitClass: 'key_check',
    by: 'token',
    send: (caller) => caller.post('/v1/credentials', { provider: 'nobody', fields: { apiKey: 'x' } }),
  },
  'POST /v1/credentials/:id/validate': {
    limitClass: 'key_check',
    by: 'token',
    send: (caller) => caller.post('/v1/credentials/cred_none/validate'),
  },
  'POST /v1/authorizations': {
    limitClass: 'authorization_start',
    by: 'token',
    send: (caller) => caller.post('/v1/authorizations', { provider: 'nobody' }),
  },
  'GET /oauth/start/:ticket': {
    limitClass: 'authorization_start',
    by: 'address',
    send: (_caller, headers) => byAddress.clientWith(null).get('/oauth/start/unknown', { headers }),
  },
  'GET /oauth/callback/:provider': {
    limitClass: 'callback',
    by: 'address',
    send: (_caller, headers) =>
      byAddress.clientWith(null).get('/oauth/callback/sandbox?code=x&state=y', { headers }),
  },
  'POST /auth/session': {
    limitClass: 'sign_in',
    by: 'address',
    send: (_caller, headers) => byAddress.clientWith(null).post('/auth/session', { adminToken }, { headers }),
  },
  'GET /v1/events/stream': {
    limitClass: 'stream',
    by: 'token',
    // Refused for its query, behind the limit: a stream would not end.
    send: (caller) => caller.get('/v1/events/stream?lastEventId=x'),
  },
};

describe(`classes of limits (${transport})`, () => {
  it.each(Object.entries(samples))(
    'E45: %s is refused beyond its limit, with the time to come back, and let through again then',
    async (path, { limitClass, by, send }) => {
      const [caller, headers] = [await newCaller(), newAddress()];
      const begun = performance.now();
      const answers = await Promise.all(Array.from({ length: 15 }, () => send(caller, headers)));
      const refilled = ((performance.now() - begun) / 1000) * (amount.count / amount.seconds);
      const refused = answers.filter(({ status }) => status === 429);
      expect(answers.length - refused.length, path).toBeGreaterThanOrEqual(amount.count);
      expect(answers.length - refused.length, path).toBeLessThanOrEqual(amount.count + Math.ceil(refilled));
      expect(refused.length).toBeGreaterThan(0);
      const name = `${limitClass}.${by}`;
      for (const { headers: had, body, text } of refused) {
        expect(had.get('retry-after')).toMatch(/^[1-9]\d*$/);
        expect(had.get('ratelimit-policy')).toBe(`"${name}";q=3;w=3`);
        expect(had.get('ratelimit')).toMatch(new RegExp(`^"${name}";r=0;t=[1-3]$`));
        if (typeof body === 'string') expect(text).toContain('too_many_requests');
        else expect(body).toMatchObject({ status: 429, code: 'too_many_requests' });
      }
      await eventually(async () => (await send(caller, headers)).status !== 429, {
        describe: `${path} is let through again`,
        intervalMs: 200,
      });
    },
  );

  it('what is let through says what is left', async () => {
    const caller = await newCaller();
    const { headers } = await caller.get('/v1/credentials');
    expect(headers.get('ratelimit-policy')).toBe('"read.token";q=3;w=3');
    expect(headers.get('ratelimit')).toBe('"read.token";r=2;t=1');
  });

  it('a new key for a credential counts as a key check, a new name does not', async () => {
    const caller = await newCaller();
    const patch = (body: object) => caller.patch('/v1/credentials/cred_none', body);
    // Again, where the bucket had time to fill in between.
    const refused = await eventually(
      async () => {
        await Promise.all(
          Array.from({ length: 6 }, () =>
            caller.post('/v1/credentials', { provider: 'nobody', fields: { apiKey: 'x' } }),
          ),
        );
        const answer = await patch({ fields: { apiKey: 'x' } });
        return answer.status === 429 && answer;
      },
      { describe: 'the new key is refused' },
    );
    expect(refused.headers.get('ratelimit-policy')).toBe('"key_check.token";q=3;w=3');
    expect((await patch({ name: 'free' })).status).toBe(404);
  });

  it('one token is not held back by what another one did', async () => {
    const [busy, other] = [await newCaller(), await newCaller()];
    const answers = await Promise.all(Array.from({ length: 10 }, () => busy.get('/v1/credentials')));
    expect(answers.some(({ status }) => status === 429)).toBe(true);
    expect((await other.get('/v1/credentials')).status).toBe(200);
  });

  it('health has no limit, and tells of none', async () => {
    const anybody = api.clientWith(null);
    const answers = await Promise.all(Array.from({ length: 50 }, () => anybody.get('/livez')));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers[0]?.headers.get('ratelimit-policy')).toBeNull();
  });

  it('a request that is refused changes nothing, and leaves nothing in the audit', async () => {
    const caller = await newCaller();
    const refusedOnes: (() => Promise<Answer>)[] = [
      () => caller.post('/v1/credentials', { provider: 'sandbox', fields: { apiKey: 'sbx_valid_more' } }),
      () => caller.post('/v1/authorizations', { provider: 'sandbox' }),
      () => caller.post('/v1/leases', { provider: 'sandbox', credentialId }),
      () => caller.patch(`/v1/credentials/${credentialId}`, { name: 'renamed' }),
      () => caller.post('/v1/service-tokens', { name: 'more', role: 'viewer' }),
    ];
    const workspaceId = stack.api.defaultWorkspaceId;
    const audited = async () =>
      (await stack.database.superuser.query('select count(*)::int as n from audit_entry')).rows[0].n;
    let checked = 0;
    const useUp = Object.values(samples).filter(({ by }) => by === 'token');
    // What earlier tests have begun is at its end.
    await converge(stack, 30);
    for (const send of refusedOnes) {
      // On a machine that is busy the limit may be free again before its state was read.
      for (let round = 0; round < 5; round += 1) {
        // Used up by requests that change nothing themselves.
        await Promise.all(useUp.flatMap(({ send: use }) => Array.from({ length: 5 }, () => use(caller, {}))));
        const before = [await stateOf(stack, workspaceId), await audited()];
        const { status } = await send();
        if (status !== 429) continue;
        checked += 1;
        expect([await stateOf(stack, workspaceId), await audited()]).toEqual(before);
        break;
      }
    }
    expect(checked).toBeGreaterThan(1);
  });

  it('refusals are counted by class, and by whom the limit is for', async () => {
    const caller = await newCaller();
    await Promise.all(Array.from({ length: 10 }, () => caller.get('/v1/credentials')));
    const scraper = await newCaller();
    const { text } = await scraper.get('/metrics');
    expect(sampleOf(text, 'latchkey_rate_limited_total', { class: 'read', by: 'token' })).toBeGreaterThan(0);
  });
});

describe(`limits beyond one token (${transport})`, () => {
  it('hold for a workspace: its tokens share them, other workspaces do not', async () => {
    const own = await openAnotherApi(stack, { RATE_LIMITS: 'read.workspace=5/600' });
    const workspace = await stack.admin.post('/v1/workspaces', { name: `limited ${transport}` });
    const inside = { headers: { 'x-workspace': workspace.body.id } };
    const tokens = await Promise.all(
      ['one', 'two'].map((name) => stack.admin.post('/v1/service-tokens', { name, role: 'viewer' }, inside)),
    );
    const callers = tokens.map(({ body }) => own.clientWith(body.token));
    const answers: Answer[] = [];
    for (let n = 0; n < 5; n += 1)
      for (const caller of callers) answers.push(await caller.get('/v1/credentials'));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.at(-1)?.headers.get('ratelimit-policy')).toBe('"read.workspace";q=5;w=600');
    expect((await own.admin.get('/v1/credentials')).status).toBe(200);
    await own.close();
  });

  it('hold for an address, a /64 of IPv6, whatever tokens come from there; other addresses go on', async () => {
    const own = await openAnotherApi(stack, { RATE_LIMITS: 'read.address=5/600', TRUST_PROXY: '1' });
    const from = (address: string) =>
      own.admin.get('/v1/credentials', { headers: { 'x-forwarded-for': address } });
    const answers: Answer[] = [];
    for (let n = 0; n < 8; n += 1) answers.push(await from(`2001:db8:0:1::${n}`));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect((await from('2001:db8:0:2::1')).status).toBe(200);
    expect((await from('192.0.2.1')).status).toBe(200);
    await own.close();
  });

  it('cannot be evaded by naming another address where no proxy is trusted', async () => {
    const own = await openAnotherApi(stack, { RATE_LIMITS: 'read.address=5/600' });
    const answers: Answer[] = [];
    for (let n = 0; n < 8; n += 1)
      answers.push(
        await own.admin.get('/v1/credentials', { headers: { 'x-forwarded-for': `192.0.2.${n}` } }),
      );
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    await own.close();
  });

  it('are none at all with RATE_LIMITS=off', async () => {
    const own = await openAnotherApi(stack, { RATE_LIMITS: 'off' });
    const wrong = await Promise.all(
      Array.from({ length: 60 }, (_, n) => own.clientWith(`lk_wrong_${n}`).get('/v1/credentials')),
    );
    expect(wrong.every(({ status }) => status === 401)).toBe(true);
    const { headers } = await own.admin.get('/v1/credentials');
    expect(headers.get('ratelimit-policy')).toBeNull();
    await own.close();
  });
});
