import { problems, type ProblemCode } from '@latchkey/core/errors.ts';
import { document } from './document.ts';
import { markup } from './markup.ts';

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}

/** Where the `type` of a problem document leads. */
export function problemPage(code: ProblemCode, nonce: string): string {
  const { status, title } = problems[code];
  return document({
    title,
    nonce,
    body: markup`<main>
      <p class="brand">Latchkey · problem</p>
      <h1>${title}</h1>
      <p>
        Requests are answered with <code>${code}</code> and the HTTP status ${status}. The member
        <code>detail</code> of the answer says what happened, <code>errors</code> which fields are concerned.
      </p>
      <p class="hint">The log of the server tells more under the <code>requestId</code> of the answer.</p>
      <p><a href="/docs">API reference</a></p>
    </main>`,
  });
}
