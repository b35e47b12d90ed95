import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface FailureText {
  readonly code: string;
  /** The API's own words, for codes that we have none for. */
  readonly message: string;
}

/** Why something failed, in the language of the page. @returns of a failure at a provider, by its label */
export function useFailureText(): (failure: FailureText, provider: string) => ReactNode {
  const { t, i18n } = useTranslation('failures');
  return ({ code, message }, provider) => {
    if (i18n.exists(`failures:${code}.text`)) {
      const title = t(`${code}.title` as 'unknown.title', { provider });
      return `${title} – ${t(`${code}.text` as 'unknown.text', { provider })}`;
    }
    return message === '' ? t('unknown.text') : <span lang="en">{message}</span>;
  };
}
