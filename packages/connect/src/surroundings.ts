/** What the script uses of the browser. Tests hand in their own. */
export interface Surroundings {
  readonly window: Pick<
    Window,
    'open' | 'addEventListener' | 'removeEventListener' | 'matchMedia' | 'location' | 'screen'
  >;
  readonly document: Pick<Document, 'createElement' | 'activeElement' | 'body' | 'documentElement'>;
  readonly fetch: typeof fetch;
  readonly setTimeout: (work: () => void, milliseconds: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  readonly say: (text: string) => void;
}

export const browser: Surroundings = {
  get window() {
    return window;
  },
  get document() {
    return document;
  },
  fetch: (...input) => fetch(...input),
  setTimeout: (work, milliseconds) => setTimeout(work, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as number),
  // oxlint-disable-next-line no-console -- for the people who embed the page
  say: (text) => console.info(text),
};
