/** Where the pages of this deployment begin: `/`, or such as `/tools/latchkey/`. The server writes it into each page. */
export function basePath(): string {
  return new URL(document.baseURI).pathname;
}

/** For what leaves the page, such as a link to send: `https://example.org/tools/latchkey`. */
export function baseUrl(): string {
  return document.baseURI.replace(/\/$/, '');
}
