import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { signInAs } from '../../support/people.ts';
import { openEventStream } from '../../support/sse.ts';
import { adminToken, startStack, transport, type Stack } from '../../support/stack.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ env: { SESSION_IDLE_MINUTES: '30' } });
});

afterAll(() => stack.close());

type Listed = { id: string; subject: string; current: boolean; lastSeenAt: string };

let people = 0;
/** Somebody with sessions of nobody else's. */
const newPerson = () => {
  people += 1;
  return `person-${people}@corp.test`;
};

const whoAmI = async (cookie: string) =>
  (await stack.clientWith(null).get('/auth/session', { headers: { cookie } })).status;

const lastSeen = (id: string, ago: string) =>
  stack.database.superuser.query(
    `update console_session set last_seen_at = now() - $2::interval where id = $1`,
    [id, ago],
  );

const seenMinutesAgo = async (id: string): Promise<number> => {
  const { rows } = await stack.database.superuser.query(
    `select extract(epoch from now() - last_seen_at)::float8 / 60 as minutes from console_session where id = $1`,
    [id],
  );
  return rows[0].minutes;
};

describe(`sessions (${transport})`, () => {
  it('a person sees their own with where they come from, and which of them asks', async () => {
    const person = newPerson();
    const nasty = `Mozilla/5.0\n\u202e<script>${'x'.repeat(500)}`;
    const one = await signInAs(stack, person, 'viewer', nasty);
    const two = await signInAs(stack, person, 'editor');
    await signInAs(stack, newPerson(), 'viewer');
    const { body, text } = await one.client.get('/v1/sessions');
    expect(body.items).toEqual([
      expect.objectContaining({
        id: one.sessionId,
        subject: person,
        role: 'viewer',
        clientAddress: '192.0.2.1',
        current: true,
      }),
      expect.objectContaining({ id: two.sessionId, role: 'editor', userAgent: null, current: false }),
    ]);
    const { userAgent } = body.items[0];
    expect(userAgent).toMatch(/^Mozilla\/5\.0<script>x+$/);
    expect(userAgent.length).toBeLessThanOrEqual(200);
    for (const { cookie } of [one, two]) expect(text).not.toContain(cookie.split('=')[1]);
  });

  it('sign-in keeps address and browser', async () => {
    const headers = { 'user-agent': 'Curl of a test' };
    const { headers: given } = await stack
      .clientWith(null)
      .post('/auth/session', { adminToken }, { headers });
    const cookie = given.get('set-cookie')?.split(';')[0] ?? '';
    const { body } = await stack.clientWith(null).get('/v1/sessions', { headers: { cookie } });
    expect(body.items.find(({ current }: Listed) => current)).toMatchObject({
      subject: 'admin token',
      userAgent: 'Curl of a test',
      clientAddress: '127.0.0.1',
    });
  });

  it('administrators of the instance see all; a token of a workspace, even an administrator’s, sees none', async () => {
    const person = newPerson();
    await signInAs(stack, person, 'viewer');
    const boss = await signInAs(stack, newPerson(), 'admin');
    for (const client of [stack.admin, boss.client]) {
      const { body } = await client.get('/v1/sessions?limit=200');
      expect(body.items.map(({ subject }: Listed) => subject)).toContain(person);
    }
    const made = await stack.admin.post('/v1/service-tokens', { name: 'x', role: 'admin' });
    const ofWorkspace = stack.clientWith(made.body.token);
    expect((await ofWorkspace.get('/v1/sessions')).body.items).toEqual([]);
    expect((await ofWorkspace.delete(`/v1/sessions/${boss.sessionId}`)).status).toBe(404);
    expect((await ofWorkspace.delete('/v1/sessions')).status).toBe(400);
    expect((await ofWorkspace.delete(`/v1/sessions?subject=${person}`)).status).toBe(403);
  });

  it('pages through them', async () => {
    const person = newPerson();
    const made = [await signInAs(stack, person, 'viewer'), await signInAs(stack, person, 'viewer')];
    const { client } = made[0]!;
    const first = await client.get('/v1/sessions?limit=1');
    const second = await client.get(`/v1/sessions?limit=1&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(
      made.map(({ sessionId }) => sessionId),
    );
    expect(second.body.nextCursor).toBeNull();
  });

  it('one ends by its person or an administrator, and nobody else’s by anybody else', async () => {
    const person = newPerson();
    const [one, two] = [await signInAs(stack, person, 'viewer'), await signInAs(stack, person, 'viewer')];
    const stranger = await signInAs(stack, newPerson(), 'editor');
    expect(await stranger.client.delete(`/v1/sessions/${one.sessionId}`)).toMatchObject({
      status: 404,
      body: { code: 'session_not_found' },
    });
    expect(await whoAmI(one.cookie)).toBe(200);
    expect((await two.client.delete(`/v1/sessions/${one.sessionId}`)).status).toBe(204);
    expect([await whoAmI(one.cookie), await whoAmI(two.cookie)]).toEqual([401, 200]);
    expect((await one.client.get('/v1/credentials')).status).toBe(401);
    expect((await two.client.delete(`/v1/sessions/${one.sessionId}`)).status).toBe(404);
    expect((await stack.admin.delete(`/v1/sessions/${two.sessionId}`)).status).toBe(204);
    expect(await whoAmI(two.cookie)).toBe(401);
    const { rows } = await stack.database.superuser.query(
      `select data->>'person' as person from audit_entry where action = 'session.end' and subject = any($1)`,
      [[one.sessionId, two.sessionId]],
    );
    expect(rows).toEqual([{ person }, { person }]);
  });

  it('all others of a person end at once; an administrator ends somebody else’s, all of them', async () => {
    const person = newPerson();
    const [one, two, three] = await Promise.all([1, 2, 3].map(() => signInAs(stack, person, 'viewer')));
    const stranger = await signInAs(stack, newPerson(), 'viewer');
    expect((await stranger.client.delete(`/v1/sessions?subject=${person}`)).status).toBe(403);
    expect((await one!.client.delete('/v1/sessions')).body).toEqual({ ended: 2 });
    const cookies = [one!, two!, three!, stranger].map(({ cookie }) => cookie);
    expect(await Promise.all(cookies.map(whoAmI))).toEqual([200, 401, 401, 200]);
    expect((await stack.admin.delete('/v1/sessions')).status).toBe(400);
    expect((await stack.admin.delete(`/v1/sessions?subject=${person}`)).body).toEqual({ ended: 1 });
    expect(await Promise.all(cookies.map(whoAmI))).toEqual([401, 401, 401, 200]);
  });

  it('is over when it was not used for SESSION_IDLE_MINUTES, and then is not in the list', async () => {
    const person = newPerson();
    const [one, two] = [await signInAs(stack, person, 'viewer'), await signInAs(stack, person, 'viewer')];
    await lastSeen(one.sessionId, '29 minutes');
    expect((await one.client.get('/v1/credentials')).status).toBe(200);
    expect(await seenMinutesAgo(one.sessionId)).toBeLessThan(1);
    await lastSeen(one.sessionId, '31 minutes');
    expect((await one.client.get('/v1/credentials')).status).toBe(401);
    expect(await whoAmI(one.cookie)).toBe(401);
    const { body } = await two.client.get('/v1/sessions');
    expect(body.items.map(({ id }: Listed) => id)).toEqual([two.sessionId]);
  });

  it('when it was seen is written at most once a minute', async () => {
    const { client, sessionId } = await signInAs(stack, newPerson(), 'viewer');
    await lastSeen(sessionId, '50 seconds');
    await client.get('/v1/credentials');
    expect(await seenMinutesAgo(sessionId)).toBeGreaterThan(0.8);
    await lastSeen(sessionId, '70 seconds');
    await client.get('/v1/credentials');
    expect(await seenMinutesAgo(sessionId)).toBeLessThan(0.5);
  });

  it('its streams end within seconds when it ends, and an open one does not keep it from being idle', async () => {
    const person = newPerson();
    const [kept, ended, idle] = await Promise.all([1, 2, 3].map(() => signInAs(stack, person, 'viewer')));
    const [ofKept, ofEnded, ofIdle] = await Promise.all(
      [kept!, ended!, idle!].map(({ cookie }) =>
        openEventStream(`${stack.url}/v1/events/stream`, { headers: { cookie } }),
      ),
    );
    await kept!.client.delete(`/v1/sessions/${ended!.sessionId}`);
    await lastSeen(idle!.sessionId, '29 minutes');
    await eventually(() => ofEnded!.ended, {
      describe: 'the stream of the ended session',
      timeoutMs: 20_000,
    });
    expect(await seenMinutesAgo(idle!.sessionId)).toBeGreaterThan(28);
    expect([ofKept!.ended, ofIdle!.ended]).toEqual([false, false]);
    await lastSeen(idle!.sessionId, '31 minutes');
    await eventually(() => ofIdle!.ended, { describe: 'the stream of the idle session', timeoutMs: 20_000 });
    expect(ofKept!.ended).toBe(false);
    ofKept!.cut();
  });
});
