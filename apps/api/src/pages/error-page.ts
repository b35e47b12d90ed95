import { Failure, problems, type Problem } from '@latchkey/core/errors.ts';
import { document } from './document.ts';
import { markup } from './markup.ts';

interface ErrorPage {
  readonly title: string;
  readonly message: string;
  readonly code: string;
  readonly nextStep: string;
}

function nextStepOf(code: string): string {
  if (code === 'invalid_callback') return 'Go back to where you started and connect again.';
  if (code === 'client_misconfigured' || code === 'oauth_client_missing') {
    return 'Ask an administrator of this workspace to check its OAuth client.';
  }
  if (code === 'forbidden') return 'Ask an administrator for access.';
  return 'Try again in a minute. If it stays like this, send the request id to your administrator.';
}

/** What a person is told when the page they opened cannot do its work. */
export function describeError(error: Problem | Failure): ErrorPage {
  const { code, message } = error;
  const title =
    error instanceof Failure ? 'This account cannot be connected now' : problems[error.code].title;
  return { title, message, code, nextStep: nextStepOf(code) };
}

export function errorPage(error: Problem | Failure, requestId: string, nonce: string): string {
  const { title, message, code, nextStep } = describeError(error);
  return document({
    title,
    nonce,
    body: markup`<main>
      <p class="brand">Latchkey</p>
      <h1>${title}</h1>
      <p>${message}</p>
      <p><strong>${nextStep}</strong></p>
      <details>
        <summary>Technical details</summary>
        <dl>
          <dt>Code</dt>
          <dd><code>${code}</code></dd>
          <dt>Request id</dt>
          <dd><code>${requestId}</code></dd>
        </dl>
      </details>
    </main>`,
  });
}
