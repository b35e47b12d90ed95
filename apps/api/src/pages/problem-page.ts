import { problems, type ProblemCode } from '@latchkey/core/errors.ts';
import { document, type PageFrame } from './document.ts';
import { markup } from './markup.ts';

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/** Where the `type` of a problem document leads. For people who write programs, in the language of the API. */
export function problemPage(code: ProblemCode, frame: PageFrame): string {
  const { status, title } = problems[code];
  return document({
    title,
    frame: { ...frame, language: 'en' },
    body: markup`<main>
      <p class="brand">Latchkey · problem</p>
      <h1>${title}</h1>
      <p>
        Requests are answered with <code>${code}</code> and the HTTP status ${status}. The member
        <code>detail</code> of the answer says what happened, <code>errors</code> which fields are concerned.
      </p>
      <p class="hint">The log of the server tells more under the <code>requestId</code> of the answer.</p>
      <p><a href="${frame.base}docs">API reference</a></p>
    </main>`,
  });
}
