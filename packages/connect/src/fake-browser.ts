import type { Surroundings } from './surroundings.ts';

interface Popup {
  closed: boolean;
  readonly location: { href: string; replace(url: string): void };
  readonly focus: () => void;
  readonly close: () => void;
  readonly postMessage: (message: unknown, targetOrigin: string) => void;
}

interface FakeOptions {
  readonly blocks?: boolean;
  /** Media queries that match. */
  readonly media?: readonly string[];
  readonly outcome?: () => Response | Promise<Response>;
}

/** As much of a browser as the script touches, with a clock that the test moves. */
export function fakeBrowser({ blocks = false, media = [], outcome }: FakeOptions = {}) {
  const listeners = new Set<(event: MessageEvent) => void>();
  const timers = new Map<number, { at: number; work: () => void }>();
  const opened: { url: string; name: string; features: string; popup: Popup }[] = [];
  const sent: { message: unknown; targetOrigin: string }[] = [];
  const assigned: string[] = [];
  const said: string[] = [];
  const asked: { url: string; headers: unknown }[] = [];
  let focused = 0;
  let now = 0;
  let ids = 0;

  const popupAt = (url: string): Popup => {
    const popup: Popup = {
      closed: false,
      location: {
        href: url,
        replace: (next) => {
          popup.location.href = next;
        },
      },
      focus: () => void (focused += 1),
      close: () => void (popup.closed = true),
      postMessage: (message, targetOrigin) => void sent.push({ message, targetOrigin }),
    };
    return popup;
  };

  const surroundings = {
    window: {
      open: (url: string, name: string, features: string) => {
        if (blocks) return null;
        const popup = popupAt(url);
        opened.push({ url, name, features, popup });
        return popup;
      },
      addEventListener: (_type: string, listener: (event: MessageEvent) => void) => listeners.add(listener),
      removeEventListener: (_type: string, listener: (event: MessageEvent) => void) =>
        listeners.delete(listener),
      matchMedia: (query: string) => ({ matches: media.includes(query) }),
      location: { href: 'https://app.test/editor', assign: (url: string) => void assigned.push(url) },
      screen: { availWidth: 1200, availHeight: 900 },
    },
    document: {},
    fetch: async (url: string, { headers }: RequestInit) => {
      asked.push({ url, headers });
      return outcome?.() ?? new Response(null, { status: 503 });
    },
    setTimeout: (work: () => void, milliseconds: number) => {
      timers.set((ids += 1), { at: now + milliseconds, work });
      return ids;
    },
    clearTimeout: (id: number) => timers.delete(id),
    say: (text: string) => void said.push(text),
  } as unknown as Surroundings;

  return {
    surroundings,
    opened,
    sent,
    assigned,
    said,
    asked,
    listeners,
    timers,
    focusCount: () => focused,
    popup: () => {
      const last = opened.at(-1);
      if (last === undefined) throw new Error('no window was opened');
      return last.popup;
    },
    receive: (data: unknown, origin: string, source: unknown) => {
      for (const listener of listeners) listener({ data, origin, source } as MessageEvent);
    },
    /** Runs what is due until then, in order, and lets promises settle in between. */
    pass: async (milliseconds: number) => {
      const until = now + milliseconds;
      for (;;) {
        for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
        const due = [...timers]
          .filter(([, { at }]) => at <= until)
          .toSorted(([, a], [, b]) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        now = due[1].at;
        due[1].work();
      }
      now = until;
    },
  };
}
