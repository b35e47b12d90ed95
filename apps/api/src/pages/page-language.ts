import { chooseLanguage, isLanguage, languageCookie, type Language } from '@latchkey/texts/languages.ts';
import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

interface Asked extends Pick<FastifyRequest, 'raw'> {
  /** Null, whatever its own type says, where a request is refused before they are read. */
  readonly cookies: FastifyRequest['cookies'] | null;
}

/** The language that a page is written in: the one that our pages last spoke in this browser, else what it asks for. */
export function pageLanguage({ cookies, raw }: Asked): Language {
  const spoken = cookies?.[languageCookie];
  return isLanguage(spoken) ? spoken : chooseLanguage(new Negotiator(raw).languages());
}
