import { ApiError } from '../api/send.ts';
import { baseUrl } from '../base-url.ts';
import { focusWindow, openWindow, watchClosed } from '../connect-flow/popup.ts';
import { lookAround, wayToProvider } from '../connect-flow/surroundings.ts';
import { connectApi } from './api.ts';
import { announce } from './announce.ts';
import { openEmbedder } from './embedder.ts';
import { leave } from './leave.ts';
import { next, startOf, type Flow, type FlowEvent, type Method } from './flow.ts';
import { openFollower } from './follower.ts';
import { sendToProvider, type Errand } from './provider-window.ts';
import { keepWhileAway } from './while-away.ts';
import type { ConnectSession } from './session.ts';

interface EngineOptions {
  readonly token: string;
  readonly session: ConnectSession;
  /** Whom this tab told how it goes, before it went to the provider. */
  readonly embedderOrigin: string | null;
  /** Words for the window of a provider. */
  readonly wordsFor: (provider: string) => Pick<Errand, 'lang' | 'texts'>;
}

/** Another tab of ours sends a person here to go on without a window. */
const onward = /^#go=([\w-]+)$/;

/** Everything the page does; the components show its state and call its functions. */
export function openEngine({ token, session, embedderOrigin, wordsFor }: EngineOptions) {
  const api = connectApi(token);
  const embedder = openEmbedder({ sessionId: session.id, greeted: embedderOrigin, ...session });
  const listeners = new Set<() => void>();
  const wanted = onward.exec(window.location.hash)?.[1] ?? null;
  const inTab = session.mode === 'redirect' || wanted !== null || wayToProvider(lookAround()) === 'tab';
  let flow: Flow = startOf(session, wanted);
  let handle: Window | null = null;
  let endWindow = () => {};

  const dispatch = (event: FlowEvent) => {
    const before = flow;
    flow = next(flow, event);
    if (flow === before) return;
    announce(embedder, before, flow);
    keepUp(flow);
    for (const listener of listeners) listener();
    if (flow.at === 'connected' && before.at !== 'connected') void tellAccount();
  };
  const keepUp = openFollower(api, dispatch);

  const tellAccount = async () => {
    const outcome = await api.outcome(0).catch(() => null);
    if (outcome !== null) dispatch({ type: 'outcome', outcome });
  };

  /** A session that is over may be so because another tab has connected: the session itself tells. */
  const refuse = async (reason: unknown) => {
    if (!(reason instanceof ApiError)) throw reason;
    const { problem } = reason;
    if (!problem.code.startsWith('connect_session_')) {
      dispatch({ type: 'refused', problem });
      return;
    }
    const outcome = await api.outcome(0).catch(() => null);
    dispatch(outcome === null ? { type: 'lost' } : { type: 'outcome', outcome });
  };

  const goInWindow = (provider: string) => {
    endWindow();
    handle = openWindow(`latchkey_${session.id}`);
    dispatch({ type: 'set off', visit: handle === null ? 'blocked' : 'window' });
    if (handle === null) return;
    const endErrand = sendToProvider(
      handle,
      { token, provider, ...wordsFor(provider) },
      {
        onStarted: (authorization) => dispatch({ type: 'told', authorization }),
        onRefused: (problem) => {
          if (problem !== null) void refuse(new ApiError(problem));
        },
      },
    );
    const endWatch = watchClosed(handle, () => dispatch({ type: 'visit', visit: 'closed' }));
    endWindow = () => {
      endErrand();
      endWatch();
    };
  };

  const goInTab = async () => {
    dispatch({ type: 'set off', visit: 'tab' });
    if (flow.at !== 'going') return;
    try {
      const started = await api.start(flow.provider);
      keepWhileAway(session.id, { token, embedder: embedder.origin() });
      dispatch({ type: 'told', authorization: started });
      window.location.assign(started.authorizationUrl);
    } catch (error) {
      await refuse(error);
    }
  };

  // Back by the browser's own button: the page is as it was left, on its way.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) dispatch({ type: 'visit', visit: 'closed' });
  });
  keepUp(flow);

  return {
    session,
    inTab,
    /** This page, for a tab of its own. */
    addressFor: (provider: string) =>
      `${baseUrl()}/connect/session/${encodeURIComponent(token)}#go=${provider}`,
    state: () => flow,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    choose: (provider: string, method: Method) => dispatch({ type: 'chosen', provider, method }),
    back: () => dispatch({ type: 'back' }),
    /** To be called in the click itself: a window that is opened later is blocked. */
    goToProvider: () => {
      if (flow.at !== 'preparing' && flow.at !== 'going') return;
      if (flow.at === 'going' && focusWindow(handle)) return;
      if (inTab) void goInTab();
      else goInWindow(flow.provider);
    },
    goInTab,
    sendKey: async (fields: Readonly<Record<string, string>>) => {
      if (flow.at !== 'preparing' && flow.at !== 'going') return;
      const { provider } = flow;
      const waiting = flow.at === 'going' ? flow.authorization : null;
      dispatch({ type: 'set off', visit: 'none' });
      try {
        // Else the new key would wait for the next try of the one before, under what was said of that.
        if (waiting !== null) await api.cancel(waiting.id).catch(() => null);
        dispatch({ type: 'told', authorization: (await api.addKey(provider, fields)).authorization });
      } catch (error) {
        await refuse(error);
      }
    },
    /** Ends the attempt, not the session. One that is being finished can no longer be ended: it is followed on. */
    giveUp: async () => {
      if (flow.at !== 'going') return;
      const { authorization } = flow;
      try {
        if (authorization !== null) await api.cancel(authorization.id);
        endWindow();
        handle?.close();
        dispatch({ type: 'given up' });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    },
    /** The person is done here. @param keep leaves a key that could not be checked yet to Latchkey */
    finish: async (keep = false) => {
      const outcome = await api.close(keep).catch(() => null);
      handle?.close();
      embedder.tell('closed');
      if (outcome !== null) dispatch({ type: 'outcome', outcome });
      await leave(session.mode, outcome?.returnTo ?? null);
    },
  };
}

export type Engine = ReturnType<typeof openEngine>;
