/** The nonce of the page's policy. Browsers hide it from attributes, so it is read as a property. */
export function pageNonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}
