import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/send.ts';
import type { LazyTexts } from './lazy.ts';

interface ProblemTextProps {
  readonly problem: Pick<Problem, 'code' | 'detail'>;
}

/** Why a request was refused, in the language of the page; in the API's own English where its code has no words here. */
export function ProblemText({ problem }: ProblemTextProps) {
  // What is on the page stays there while the words are fetched, the first time that something is refused.
  const { t, i18n, ready } = useTranslation('refusals', { useSuspense: false });
  const code = problem.code as keyof LazyTexts['refusals']['problem'];
  if (!ready) return null;
  if (i18n.exists(`refusals:problem.${code}`)) return t(`problem.${code}`, { ...problem });
  return <span lang="en">{problem.detail}</span>;
}
