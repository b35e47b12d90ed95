/** Where the connect page is shown. */
export interface Place {
  /** Where messages come from and go to; null while there is none. */
  readonly target: () => Window | null;
  /** What the browser says; cut off from it by an opener policy, it says so of a window that is open. */
  readonly looksClosed: () => boolean;
  load(url: string): void;
  focus(): void;
  /** Puts everything back as it was. */
  remove(): void;
}
