import { readableOn, textOn } from './accent.ts';

/** The backgrounds of `connect.css`. */
export const papers = { light: '#ffffff', dark: '#1c1f24' } as const;

interface Appearance {
  readonly theme: 'light' | 'dark' | 'system';
  /** `#rrggbb` */
  readonly accent: string | null;
}

/** The colours that the session asks for. The policy allows no style attributes, so they are set on the style itself. */
export function applyAppearance({ theme, accent }: Appearance): void {
  const root = document.documentElement;
  root.dataset['theme'] = theme;
  if (accent === null) return;
  root.style.setProperty('--accent', accent);
  root.style.setProperty('--on-accent', textOn(accent));
  root.style.setProperty('--accent-light', readableOn(accent, papers.light));
  root.style.setProperty('--accent-dark', readableOn(accent, papers.dark));
}
