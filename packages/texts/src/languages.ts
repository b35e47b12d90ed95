/** Every language of the pages, by its BCP 47 tag, as its speakers call it. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  ja: '日本語',
  'pt-BR': 'Português (Brasil)',
  'zh-CN': '简体中文',
} as const;

export type Language = keyof typeof languages;

export const languageTags = Object.keys(languages) as readonly Language[];

/** Holds the language that a page of ours last spoke in this browser, for the pages that the API writes. */
export const languageCookie = 'latchkey_language';

export function isLanguage(tag: string | null | undefined): tag is Language {
  return typeof tag === 'string' && Object.hasOwn(languages, tag);
}

/** The best of our languages for what somebody prefers, most preferred first. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const wanted of preferred) {
    const base = wanted.split('-', 1)[0];
    const found =
      languageTags.find((tag) => tag.toLowerCase() === wanted.toLowerCase()) ??
      languageTags.find((tag) => tag.split('-', 1)[0] === base);
    if (found !== undefined) return found;
  }
  return 'en';
}
