const key = 'latchkey-single-keys';

/** Whether keys without Ctrl or ⌘ do something: who speaks to a computer needs them off (WCAG 2.1.4). */
export function singleKeysAreOn(): boolean {
  return localStorage.getItem(key) !== 'off';
}

export function switchSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(key);
  else localStorage.setItem(key, 'off');
}
