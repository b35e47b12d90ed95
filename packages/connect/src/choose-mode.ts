import type { Surroundings } from './surroundings.ts';

export type ConnectMode = 'popup' | 'iframe' | 'redirect';

/** A popup on a small touch screen is a tab that people lose, and an installed app has none: both go there themselves. */
export function chooseMode({ window }: Pick<Surroundings, 'window'>, asked: ConnectMode): ConnectMode {
  const isSo = (query: string) => window.matchMedia(query).matches;
  if (asked !== 'popup') return asked;
  return isSo('(pointer: coarse) and (max-width: 599px)') || isSo('(display-mode: standalone)')
    ? 'redirect'
    : 'popup';
}
