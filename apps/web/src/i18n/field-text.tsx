import { useTranslation } from 'react-i18next';
import type { FieldProblem } from '../api/send.ts';
import type { LazyTexts } from './lazy.ts';

/** What is wrong with one field, in the language of the page; in the API's own English where its rule has no words here. */
export function FieldText({ error }: { readonly error: FieldProblem }) {
  const { t, i18n, ready } = useTranslation('refusals', { useSuspense: false });
  const code = error.code as keyof LazyTexts['refusals']['rule'];
  if (!ready) return null;
  if (i18n.exists(`refusals:rule.${code}`)) return t(`rule.${code}`, { ...error.values });
  return <span lang="en">{error.message}</span>;
}
