import type { Place } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** Styles by property: a policy of the page may forbid style attributes. */
function style(element: HTMLElement, styles: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(styles)) element.style.setProperty(name, value);
}

/** A modal dialog with the page in it: what lies behind is inert, and Escape asks to leave. */
export function openFrame(
  { document }: Surroundings,
  { title, onLoad, onLeave }: { title: string; onLoad: () => void; onLeave: () => void },
): Place {
  const dialog = document.createElement('dialog');
  const frame = document.createElement('iframe');
  const root = document.documentElement;
  const focused = document.activeElement as HTMLElement | null;
  const overflow = root.style.getPropertyValue('overflow');
  dialog.setAttribute('aria-label', title);
  frame.title = title;
  frame.allow = 'clipboard-write';
  style(dialog, {
    padding: '0',
    border: '0',
    margin: 'auto',
    width: 'min(30rem, 100vw)',
    height: 'min(46rem, 100dvh)',
    'max-width': 'none',
    'max-height': 'none',
    'border-radius': '.75rem',
    overflow: 'hidden',
  });
  style(frame, { display: 'block', border: '0', width: '100%', height: '100%' });
  const leave = (event: Event) => {
    event.preventDefault();
    onLeave();
  };
  dialog.addEventListener('cancel', leave);
  frame.addEventListener('load', onLoad);
  dialog.append(frame);
  document.body.append(dialog);
  style(root, { overflow: 'hidden' });
  dialog.showModal();
  return {
    target: () => frame.contentWindow,
    looksClosed: () => false,
    load: (url) => {
      frame.src = url;
      frame.focus();
    },
    focus: () => frame.focus(),
    remove: () => {
      dialog.removeEventListener('cancel', leave);
      frame.removeEventListener('load', onLoad);
      dialog.close();
      dialog.remove();
      style(root, { overflow });
      focused?.focus();
    },
  };
}
