/** As they are written on the keyboard at hand. */
export function paletteKeys(): string {
  return /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';
}
