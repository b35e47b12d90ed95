import { chooseMode, type ConnectMode } from './choose-mode.ts';
import { followOutcome } from './follow-outcome.ts';
import { openFrame } from './frame.ts';
import { readMessage, type ConnectEvent, type ConnectEvents, type ConnectEventType } from './messages.ts';
import type { Place } from './place.ts';
import { openPopup } from './popup.ts';
import type { Surroundings } from './surroundings.ts';

export interface ConnectOptions {
  /** `url` of a connect session, or a promise of it: the window opens within the click, before there is one. */
  readonly url: string | PromiseLike<string>;
  /** Default `popup`. */
  readonly mode?: ConnectMode;
  /** Of the dialog in the mode `iframe`, for screen readers. */
  readonly title?: string;
  readonly onEvent?: (event: ConnectEvent) => void;
}

export interface ConnectHandle {
  /** The one that was chosen: small touch screens and installed apps get `redirect` instead of `popup`. */
  readonly mode: ConnectMode;
  /** The browser let no window open. */
  readonly blocked: boolean;
  /** @returns takes the listener away again */
  on<Type extends ConnectEventType>(
    type: Type,
    listener: (event: { readonly type: Type } & ConnectEvents[Type]) => void,
  ): () => void;
  focus(): void;
  /** Takes the connect page away and puts the page back as it was. The session stays: its link can be opened again. */
  close(): void;
}

/** How often the page is greeted until it answers, and how long it may take. */
const helloMs = 250;
const patienceMs = 5000;
const frameMs = 15_000;

const notReachable =
  'Latchkey: the connect window is cut off from this page by a Cross-Origin-Opener-Policy, as it is between any two origins. How it goes is asked of the server instead.';

/** One connect page at a time. @returns `openConnect` for these surroundings */
export function createOpenConnect(surroundings: Surroundings): (options: ConnectOptions) => ConnectHandle {
  const { window, setTimeout, clearTimeout, say } = surroundings;
  let current: (ConnectHandle & { isUsable(): boolean }) | null = null;
  let hasSaid = false;

  return ({ url, mode: asked = 'popup', title = 'Connect', onEvent }) => {
    if (current?.isUsable() === true) {
      current.focus();
      return current;
    }
    current?.close();
    const mode = chooseMode(surroundings, asked);
    const listeners = new Map<string, Set<(event: never) => void>>();
    const timers = new Set<unknown>();
    let place: Place | null = null;
    let address: string | null = null;
    let sessionId: string | null = null;
    let isReady = false;
    let isConnected = false;
    let isOver = false;
    let stopFollowing: (() => void) | null = null;
    const told = new Set<string>();

    const later = (work: () => void, milliseconds: number) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, milliseconds);
      timers.add(timer);
    };

    const end = () => {
      if (isOver) return;
      isOver = true;
      window.removeEventListener('message', receive);
      for (const timer of timers) clearTimeout(timer);
      stopFollowing?.();
      if (current === handle) current = null;
      place?.remove();
    };

    /** Whatever tells it, and however often: each thing is told once, and nothing but the end after a success. */
    const emit = (event: ConnectEvent) => {
      if (isOver) return;
      const { type } = event;
      const once = `${type} ${'authorizationId' in event ? event.authorizationId : ''} ${'code' in event ? event.code : ''}`;
      if (told.has(once) || (isConnected && type !== 'closed')) return;
      told.add(once);
      if (type === 'connected') {
        isConnected = true;
        stopFollowing?.();
      }
      if (type === 'closed') end();
      onEvent?.(event);
      for (const listener of listeners.get(type) ?? []) listener(event as never);
    };

    const receive = ({ data, origin, source }: MessageEvent) => {
      if (address === null || origin !== new URL(address).origin || source !== place?.target()) return;
      const event = readMessage(data, sessionId);
      if (event === null || (sessionId === null && event.type !== 'ready')) return;
      if (event.type === 'ready') {
        ({ sessionId } = event);
        isReady = true;
      }
      emit(event);
    };

    /** Once, and only when nothing has ever come from the window. */
    const sayWhy = () => {
      if (!isReady && !hasSaid) say(notReachable);
      hasSaid = true;
    };

    const follow = () => {
      if (address === null) return;
      const onEvents = (events: readonly ConnectEvent[]) => {
        if (events.length > 0) sayWhy();
        for (const event of events) emit(event);
      };
      stopFollowing ??= followOutcome(surroundings, { url: address, onEvents });
    };

    const greet = () => {
      if (isOver || isReady || address === null) return;
      place
        ?.target()
        ?.postMessage({ source: 'latchkey', version: 1, type: 'hello' }, new URL(address).origin);
      later(greet, helloMs);
    };

    /** `closed` may be a lie, so it ends nothing: from then on the server is asked. */
    const watch = () => {
      if (place?.looksClosed() === true) {
        if (address === null || isConnected) return emit({ type: 'closed' });
        follow();
      }
      later(watch, 500);
    };

    const missed = () => {
      if (isReady) return;
      if (mode === 'iframe') return emit({ type: 'failed', code: 'not_loaded' });
      sayWhy();
      follow();
    };

    const begin = (given: string) => {
      if (isOver) return;
      address = new URL(given, window.location.href).href;
      if (mode === 'redirect') return window.location.assign(address);
      if (typeof url !== 'string' || mode === 'iframe') place?.load(address);
      greet();
      later(missed, mode === 'iframe' ? frameMs : patienceMs);
    };

    const handle = {
      mode,
      blocked: false,
      on: (type: ConnectEventType, listener: (event: never) => void) => {
        const known = listeners.get(type) ?? new Set();
        listeners.set(type, known.add(listener));
        return () => void known.delete(listener);
      },
      focus: () => place?.focus(),
      close: () => emit({ type: 'closed', ...(sessionId === null ? {} : { sessionId }) }),
      isUsable: () => !isOver && place?.looksClosed() !== true,
    } as ConnectHandle & { blocked: boolean; isUsable(): boolean };

    if (mode === 'popup') place = openPopup(surroundings, typeof url === 'string' ? url : 'about:blank');
    else if (mode === 'iframe') {
      const onLoad = () => {
        if (!isReady) return;
        isReady = false;
        greet();
      };
      place = openFrame(surroundings, { title, onLoad, onLeave: () => handle.close() });
    }
    handle.blocked = mode === 'popup' && place === null;
    if (handle.blocked) {
      // After the caller has got the handle, and can listen.
      later(() => {
        emit({ type: 'blocked' });
        emit({ type: 'closed' });
      }, 0);
      return handle;
    }
    if (mode !== 'redirect') current = handle;
    window.addEventListener('message', receive);
    if (mode === 'popup') later(watch, 500);
    if (typeof url === 'string') begin(url);
    else
      url.then(begin, () => {
        emit({ type: 'failed', code: 'no_session' });
        handle.close();
      });
    return handle;
  };
}
