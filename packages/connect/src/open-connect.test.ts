import { describe, expect, it } from 'vitest';
import { fakeBrowser } from './fake-browser.ts';
import type { ConnectEvent } from './messages.ts';
import { createOpenConnect } from './open-connect.ts';

const origin = 'https://keys.test';
const url = `${origin}/connect/session/t0ken`;
const message = (type: string, more: object = {}) => ({
  source: 'latchkey',
  version: 1,
  type,
  sessionId: 'cs_1',
  ...more,
});
const attempt = { authorizationId: 'auth_1', provider: 'notion' };
const connected = message('connected', { ...attempt, credentialId: 'cred_1' });

function open(options: Parameters<typeof fakeBrowser>[0] = {}, more: object = {}) {
  const fake = fakeBrowser(options);
  const events: ConnectEvent[] = [];
  const openConnect = createOpenConnect(fake.surroundings);
  const again = () => openConnect({ url, onEvent: (event) => events.push(event), ...more });
  const handle = again();
  const types = () => events.map(({ type }) => type);
  const fromPage = (data: unknown) => fake.receive(data, origin, fake.popup());
  return { ...fake, handle, events, types, fromPage, again };
}

const outcome = (more: object) => () =>
  Response.json({
    sessionId: 'cs_1',
    status: 'open',
    result: null,
    authorizationId: null,
    credentialId: null,
    provider: null,
    code: null,
    state: null,
    ...more,
  });

describe('openConnect', () => {
  it('console C1, C4, C5: opens the window before it returns, in the middle of the screen, with a way back', () => {
    const { opened } = open();
    expect(opened).toMatchObject([
      { url, name: 'latchkey-connect', features: 'popup,width=520,height=760,left=340,top=70' },
    ]);
    expect(opened[0]?.features).not.toMatch(/noopener|noreferrer/);
  });

  it('console C1: opens the window before there is an address, and goes there then', async () => {
    const late = Promise.withResolvers<string>();
    const { popup, pass, sent } = open({}, { url: late.promise });
    expect(popup().location.href).toBe('about:blank');
    await pass(10_000);
    expect(sent).toEqual([]);
    late.resolve(url);
    await pass(0);
    expect(popup().location.href).toBe(url);
  });

  it('ends with a failure when there will be no address', async () => {
    const { pass, events, popup } = open({}, { url: Promise.reject(new Error('503')) });
    await pass(0);
    expect(events).toEqual([{ type: 'failed', code: 'no_session' }, { type: 'closed' }]);
    expect(popup().closed).toBe(true);
  });

  it('console C2: says at once that the window was blocked', async () => {
    const { handle, types, pass, listeners } = open({ blocks: true });
    expect(handle.blocked).toBe(true);
    await pass(0);
    expect(types()).toEqual(['blocked', 'closed']);
    expect(listeners.size).toBe(0);
  });

  it('console C3: called again focuses the window that is open', () => {
    const { handle, again, opened, focusCount } = open();
    expect(again()).toBe(handle);
    expect(opened).toHaveLength(1);
    expect(focusCount()).toBe(1);
  });

  it('called again after the window was closed opens another', () => {
    const { handle, again, opened, popup } = open();
    popup().closed = true;
    expect(again()).not.toBe(handle);
    expect(opened).toHaveLength(2);
  });

  it.each(['(pointer: coarse) and (max-width: 599px)', '(display-mode: standalone)'])(
    'console C5: goes there itself with %s',
    (query) => {
      const { handle, assigned, opened } = open({ media: [query] });
      expect(handle.mode).toBe('redirect');
      expect(assigned).toEqual([url]);
      expect(opened).toEqual([]);
    },
  );

  it('console C14: greets the page at its origin alone, until it answers', async () => {
    const { sent, pass, fromPage } = open();
    await pass(1000);
    expect(sent).toHaveLength(5);
    expect(new Set(sent.map(({ targetOrigin }) => targetOrigin))).toEqual(new Set([origin]));
    fromPage(message('ready'));
    await pass(1000);
    expect(sent).toHaveLength(5);
  });

  it('tells what the page tells, with what it is about', () => {
    const { events, fromPage } = open();
    fromPage(message('ready', { state: 'mine', secret: 'left out' }));
    fromPage(message('opened', attempt));
    fromPage(connected);
    expect(events).toEqual([
      { type: 'ready', sessionId: 'cs_1', state: 'mine' },
      { type: 'opened', sessionId: 'cs_1', ...attempt },
      { type: 'connected', sessionId: 'cs_1', ...attempt, credentialId: 'cred_1' },
    ]);
  });

  it('console C14: believes no other origin, window, session, version or kind', () => {
    const { types, receive, popup, fromPage } = open();
    fromPage(connected);
    fromPage({ ...message('ready'), sessionId: undefined });
    expect(types()).toEqual([]);
    fromPage(message('ready'));
    for (const other of ['https://evil.test', 'https://keys.test.evil.test', 'http://keys.test', 'null'])
      receive(connected, other, popup());
    receive(connected, origin, {});
    for (const wrong of [
      { ...connected, sessionId: 'cs_2' },
      { ...connected, version: 2 },
      { ...connected, source: 'other' },
      { ...connected, type: 'blocked' },
      { ...connected, sessionId: undefined },
      'connected',
      null,
    ])
      fromPage(wrong);
    expect(types()).toEqual(['ready']);
  });

  it('console C15: tells a success once, whatever says it, and no failure after it', async () => {
    const { types, fromPage, popup, pass } = open({
      outcome: outcome({ status: 'connected', result: 'succeeded', ...attempt, credentialId: 'cred_1' }),
    });
    fromPage(message('ready'));
    fromPage(connected);
    fromPage(connected);
    fromPage({ ...connected, authorizationId: 'auth_2' });
    fromPage(message('failed', { ...attempt, code: 'consent_denied' }));
    expect(types()).toEqual(['ready', 'connected']);
    popup().closed = true;
    await pass(60_000);
    expect(types()).toEqual(['ready', 'connected', 'closed']);
  });

  it('tells one failure of one attempt once, and being ready once', () => {
    const { types, fromPage } = open();
    for (const _ of [1, 2]) {
      fromPage(message('ready'));
      fromPage(message('failed', { ...attempt, code: 'consent_denied' }));
      fromPage(message('failed', { ...attempt, authorizationId: 'auth_2', code: 'consent_denied' }));
    }
    expect(types()).toEqual(['ready', 'failed', 'failed']);
  });

  it('asks no more once the server has told of the success', async () => {
    const { asked, types, pass } = open({
      outcome: outcome({ status: 'connected', result: 'succeeded', ...attempt, credentialId: 'cred_1' }),
    });
    await pass(60_000);
    expect(types()).toEqual(['connected']);
    expect(asked).toHaveLength(1);
  });

  it('console C12: tells a success after a failure', () => {
    const { types, fromPage } = open();
    fromPage(message('ready'));
    fromPage(message('failed', { ...attempt, code: 'consent_denied' }));
    fromPage({ ...connected, authorizationId: 'auth_2' });
    expect(types()).toEqual(['ready', 'failed', 'connected']);
  });

  it('console C9, C10: a window that looks closed ends nothing: the server is asked, and says how it ended', async () => {
    let answer = outcome({});
    const { types, events, popup, pass, asked } = open({ outcome: () => answer() });
    popup().closed = true;
    await pass(60_000);
    expect(types()).toEqual([]);
    answer = outcome({ ...attempt, kind: 'exchange_code' });
    await pass(3000);
    expect(types()).toEqual(['opened']);
    answer = outcome({ status: 'connected', result: 'succeeded', ...attempt, credentialId: 'cred_1' });
    await pass(3000);
    expect(events).toMatchObject([
      { type: 'opened', ...attempt },
      { type: 'connected', ...attempt, credentialId: 'cred_1' },
      { type: 'closed' },
    ]);
    expect(asked[0]).toEqual({
      url: `${origin}/v1/connect-session/outcome?wait=0`,
      headers: { 'x-connect-session': 't0ken' },
    });
    // What happens between two questions is not to be waited for.
    expect(asked.at(-1)?.url).toBe(`${origin}/v1/connect-session/outcome?wait=25&seen=auth_1.`);
    const { length } = asked;
    await pass(60_000);
    expect(asked).toHaveLength(length);
  });

  it('console C30: asks beside the page, where Latchkey is under a path of its host', async () => {
    const under = `${origin}/tools/latchkey`;
    const { popup, pass, asked, sent } = open({}, { url: `${under}/connect/session/t0ken` });
    popup().closed = true;
    await pass(6000);
    expect(asked[0]).toEqual({
      url: `${under}/v1/connect-session/outcome?wait=0`,
      headers: { 'x-connect-session': 't0ken' },
    });
    expect(sent.every(({ targetOrigin }) => targetOrigin === origin)).toBe(true);
  });

  it('console C19: where no message comes it asks the server, and says so once', async () => {
    const { said, asked, pass, handle, again } = open({ outcome: outcome({}) });
    await pass(4900);
    expect(asked).toEqual([]);
    await pass(200);
    expect(asked).toHaveLength(1);
    handle.close();
    again();
    await pass(6000);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('Cross-Origin-Opener-Policy');
  });

  it('asks ever more rarely while the server cannot be reached', async () => {
    const { asked, pass } = open({ outcome: () => Promise.reject(new TypeError('off line')) });
    await pass(5 * 60_000);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.length).toBeLessThan(20);
  });

  it('console C30: closed leaves nothing behind, and tells it once', async () => {
    const { handle, types, popup, listeners, timers, fromPage } = open();
    fromPage(message('ready'));
    handle.close();
    handle.close();
    expect(types()).toEqual(['ready', 'closed']);
    expect(popup().closed).toBe(true);
    expect(listeners.size).toBe(0);
    expect(timers.size).toBe(0);
  });

  it('listeners hear their kind alone, until they are taken away', () => {
    const { handle, fromPage } = open();
    const heard: string[] = [];
    handle.on('ready', ({ sessionId }) => heard.push(sessionId));
    const stop = handle.on('failed', ({ code }) => heard.push(code));
    fromPage(message('ready'));
    fromPage(message('failed', { ...attempt, code: 'first' }));
    stop();
    fromPage(message('failed', { ...attempt, code: 'second' }));
    expect(heard).toEqual(['cs_1', 'first']);
  });
});
