import { languageCookie, type Language } from '@latchkey/texts/languages.ts';
import { createInstance, type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { basePath } from '../base-url.ts';

type Texts = Readonly<Record<string, unknown>>;

/** Texts that the API shows as well. */
const shared = '../../../../packages/texts/src';

/** What no page begins with: the other languages, and what of English is lazy. */
const files = {
  ...import.meta.glob<Texts>(['./*/*.json', '!./en/*.json'], { import: 'default' }),
  ...import.meta.glob<Texts>('./en/audit-words.json', { import: 'default' }),
  ...import.meta.glob<Texts>('../../../../packages/texts/src/*/refusals.json', { import: 'default' }),
  ...import.meta.glob<Texts>(
    ['../../../../packages/texts/src/*/{connect,failures}.json', '!../../../../packages/texts/src/en/*.json'],
    { import: 'default' },
  ),
};

/** Fetches an area of a language when it is needed; empty where there is none. */
export async function readTexts(language: string, area: string): Promise<Texts> {
  const file = files[`./${language}/${area}.json`] ?? files[`${shared}/${language}/${area}.json`];
  return (await file?.()) ?? {};
}

const backend = { type: 'backend' as const, init() {}, read: readTexts };

function mark(instance: i18n, language: Language): void {
  document.cookie = `${languageCookie}=${language}; path=${basePath()}; samesite=lax; max-age=31536000`;
  document.documentElement.lang = language;
  document.documentElement.dir = instance.dir(language);
}

/** Texts of a page, English where a language lacks one. @param english the areas that this page begins with */
export async function openTexts(
  language: Language,
  english: Readonly<Record<string, object>>,
): Promise<i18n> {
  const instance = createInstance();
  await instance
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: 'en',
      load: 'currentOnly',
      ns: Object.keys(english),
      defaultNS: 'common',
      resources: { en: { ...english } },
      partialBundledLanguages: true,
      interpolation: { escapeValue: false },
    });
  mark(instance, language);
  return instance;
}

/** Changes the language of a page, once all that it has shown so far is there. */
export async function speak(instance: i18n, language: Language): Promise<void> {
  await instance.changeLanguage(language);
  mark(instance, language);
}
