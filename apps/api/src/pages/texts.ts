import { readFileSync } from 'node:fs';
import { languageTags, type Language } from '@latchkey/texts/languages.ts';
import { createInstance, type TFunction } from 'i18next';

const areas = ['pages', 'connect', 'failures', 'refusals'] as const;

function readArea(language: string, area: string): object {
  const file = import.meta.resolve(`@latchkey/texts/${language}/${area}.json`);
  return JSON.parse(readFileSync(new URL(file), 'utf8')) as object;
}

const instance = createInstance({
  lng: 'en',
  fallbackLng: 'en',
  load: 'currentOnly',
  ns: [...areas],
  defaultNS: 'pages',
  resources: Object.fromEntries(
    languageTags.map((language) => [
      language,
      Object.fromEntries(areas.map((area) => [area, readArea(language, area)])),
    ]),
  ),
  // The markup escapes every value.
  interpolation: { escapeValue: false },
  initAsync: false,
});
void instance.init();

/** What pages say, by `area:path`; `pages` is the area without one. */
export function textsIn(language: Language): TFunction {
  return instance.getFixedT(language);
}

export function hasText(key: string): boolean {
  return instance.exists(key);
}
