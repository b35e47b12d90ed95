/** What pages of other origins, policies and messages between windows go by: `https://example.org`. */
export function publicOrigin(publicUrl: string): string {
  return new URL(publicUrl).origin;
}

/** Where the product begins on its origin: `/tools/latchkey`, or nothing. */
export function publicPath(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/+$/, '');
}
