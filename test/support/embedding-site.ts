import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The site of a product that embeds the connect page: another one than the stack's, which is at 127.0.0.1. */
export interface EmbeddingSite {
  readonly origin: string;
  /** What its page says. @param headers of its answer */
  show(html: string, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

export async function openEmbeddingSite(): Promise<EmbeddingSite> {
  let page = { html: '', headers: {} as Record<string, string> };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
    response.end(`<!doctype html><title>A product</title>${page.html}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://localhost:${port}`,
    show: (html, headers = {}) => {
      page = { html, headers };
    },
    close: async () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Frames the connect page, greets it, and keeps what it is told in `window.told`. */
export function frameOf(url: string, sandbox = ''): string {
  return `<iframe src="${url}" ${sandbox} width="480" height="700"></iframe><script>
    window.told = [];
    const frame = document.querySelector('iframe');
    addEventListener('message', ({ origin, source, data }) => {
      if (source === frame.contentWindow && origin === ${JSON.stringify(new URL(url).origin)}) told.push(data);
    });
    setInterval(() => {
      if (told.length === 0)
        frame.contentWindow.postMessage({ source: 'latchkey', version: 1, type: 'hello' }, ${JSON.stringify(new URL(url).origin)});
    }, 100);
  </script>`;
}
