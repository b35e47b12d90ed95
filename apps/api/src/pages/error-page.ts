import { Failure, problems, type Problem } from '@latchkey/core/errors.ts';
import type { Language } from '@latchkey/texts/languages.ts';
import { details } from './details.ts';
import { document, type PageFrame } from './document.ts';
import { markup, type Html } from './markup.ts';
import { hasText, textsIn } from './texts.ts';

interface Said {
  readonly code: string;
  /** What the API says in English. */
  readonly message: string;
}

/** By code, a text of `pages:error`. */
const nextSteps: Readonly<Record<string, string>> = {
  invalid_callback: 'startAgain',
  client_misconfigured: 'oauthClient',
  oauth_client_missing: 'oauthClient',
  connect_session_not_found: 'newLink',
  connect_session_over: 'newLink',
  forbidden: 'access',
};

/** What there are no words for in the language of the page. */
const inEnglish = (message: string): Html => markup`<p lang="en">${message}</p>`;

/** Why a provider could not be connected, in the words of the connect page. */
export function describeFailure({ code, message }: Said, provider: string, language: Language): Html {
  const t = textsIn(language);
  if (!hasText(`failures:${code}.title`)) return inEnglish(message);
  return markup`<p>${t(`failures:${code}.title`, { provider })}<br />${t(`failures:${code}.text`, { provider })}</p>`;
}

/** The API's own English says more than the words for its code. */
function describeProblem({ code, message }: Said, language: Language): Html {
  const key = `refusals:problem.${code}`;
  if (language === 'en' || !hasText(key)) return inEnglish(message);
  return markup`<p>${textsIn(language)(key)}</p>`;
}

function titleOf(error: Problem | Failure, language: Language): string {
  const t = textsIn(language);
  if (error instanceof Failure) return t('error.account');
  return language === 'en' ? problems[error.code].title : t('error.title');
}

/** What a person is told when the page they opened cannot do its work. */
export function errorPage(error: Problem | Failure, requestId: string, frame: PageFrame): string {
  const { language } = frame;
  const t = textsIn(language);
  const title = titleOf(error, language);
  return document({
    title,
    frame,
    body: markup`<main>
      <p class="brand">Latchkey</p>
      <h1>${title}</h1>
      ${describeProblem(error, language)}
      <p><strong>${t(`error.${nextSteps[error.code] ?? 'later'}`)}</strong></p>
      ${details(t, { code: error.code, request: requestId })}
    </main>`,
  });
}
