import { readFile } from 'node:fs/promises';
import { Problem } from '@latchkey/core/errors.ts';
import type { PageFrame } from './document.ts';

/** Where the build of `apps/web` is. */
export const webFiles = new URL('../../../web/dist/', import.meta.url);

/** Its script speaks the language of the person. */
interface ShellValues extends Omit<PageFrame, 'language'> {
  /** What the page is told; read by its script from `#page-data`. */
  readonly data: object;
}

/** Fills in what differs from one response to the next. */
export function fillShell(html: string, { nonce, base, data }: ShellValues): string {
  // Inside a script element only `<` could end it, or open a comment.
  const json = JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
  return html
    .replaceAll('__NONCE__', nonce)
    .replace('__BASE__', base)
    .replace(/\s*__PAGE_DATA__\s*/, () => json);
}

/**
 * A page of `apps/web`. Read each time: a build while the server runs has files of other names.
 * @throws Problem `not_found` when there is no build
 */
export async function webShell(name: 'console' | 'connect', values: ShellValues): Promise<string> {
  const html = await readFile(new URL(`${name}.html`, webFiles), 'utf8').catch((cause: unknown) => {
    const detail = 'The pages are not built. Run "npm run build", then open this page again.';
    throw new Problem('not_found', { detail, cause });
  });
  return fillShell(html, values);
}
