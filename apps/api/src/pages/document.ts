import type { Language } from '@latchkey/texts/languages.ts';
import { markup, trusted, type Html } from './markup.ts';

/** What differs from one response to the next, whatever the page. */
export interface PageFrame {
  /** Of the response's policy. */
  readonly nonce: string;
  /** What the addresses in a page begin with: `/`, or the path of `PUBLIC_URL` such as `/tools/latchkey/`. */
  readonly base: string;
  readonly language: Language;
}

interface Page {
  readonly title: string;
  readonly frame: PageFrame;
  readonly body: Html;
  /** Further elements of the head. */
  readonly head?: Html | null;
}

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #59616b; --paper: #fff; --ground: #f3f4f6; --line: #d5d9de;
  --accent: #2453c9; --on-accent: #fff; --bad: #a3201c; --good: #14652f; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef1; --soft: #a8b0ba; --paper: #1c1f24; --ground: #121418;
  --line: #3a4048; --accent: #8fb0ff; --on-accent: #10182b; --bad: #ff9c96; --good: #7fd99a; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: break-word; }
code, dd { overflow-wrap: anywhere; }
a { color: var(--accent); }
main { max-width: 30rem; margin: 8vh auto 0; padding: 1.75rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: .75rem; }
main.wide { max-width: 60rem; margin-top: 0; }
h1 { margin: 0 0 .75rem; font-size: 1.35rem; line-height: 1.3; }
h2 { margin: 2rem 0 .5rem; font-size: 1.05rem; }
.brand { margin: 0 0 1rem; color: var(--soft); font-size: .875rem; }
.hint, dt, th { color: var(--soft); font-size: .875rem; }
.bad { color: var(--bad); } .good { color: var(--good); }
.button, button { display: inline-block; min-height: 2.5rem; padding: .5rem 1rem; border: 1px solid var(--accent);
  border-radius: .5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600;
  text-decoration: none; cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible {
  outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: block; margin: .75rem 0 .25rem; }
input, select { width: 100%; min-height: 2.5rem; padding: .4rem .6rem; border: 1px solid var(--soft);
  border-radius: .4rem; background: var(--paper); color: var(--ink); font: inherit; }
ul { padding-left: 1.25rem; } dl { margin: .5rem 0 0; } dd { margin: 0 0 .5rem; }
form { max-width: 30rem; } .row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; }
.push { margin-left: auto; }
.panel { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
.panel h2 { margin-top: 0; }
table { width: 100%; border-collapse: collapse; } th, td { padding: .5rem 1rem .5rem 0;
  border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.middle { vertical-align: middle; } td button { margin: .125rem 0; }
::placeholder { color: var(--soft); opacity: 1; } main p:last-child { margin-bottom: 0; }
@media (max-width: 34rem) { main { padding: 1.25rem 1rem; } thead { display: none; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td { display: block; padding: .1rem 0; border: 0; } td:first-child { font-weight: 600; }
  td[data-label]::before { content: attr(data-label) ' '; color: var(--soft); } }
[hidden] { display: none; }
`;

/** A whole document. Everything it needs is in it: no bundle, no font, no request to another origin. */
export function document({ title, frame, head = null, body }: Page): string {
  return markup`<!doctype html>
    <html lang="${frame.language}" dir="ltr" data-base="${frame.base}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title} · Latchkey</title>
        <style nonce="${frame.nonce}">${trusted(style)}</style>
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>
`.text;
}
