import { chooseLanguage, isLanguage, type Language } from '@latchkey/texts/languages.ts';

const key = 'latchkey-language';

/** What the person chose here before, else what the browser is set to. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(key);
  return isLanguage(chosen) ? chosen : chooseLanguage(navigator.languages);
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(key, language);
}
