import { useTranslation } from 'react-i18next';
import { Details } from './details.tsx';
import { Heading } from './heading.tsx';
import type { PageProblem } from './session.ts';

const known = ['connect_session_not_found', 'connect_session_over', 'lost'] as const;

/** There is no session to show: what the product is, and what to ask for. */
export function ProblemPage({ problem }: { readonly problem: PageProblem }) {
  const { t } = useTranslation('connect');
  const kind = known.find((code) => code === problem.code) ?? 'other';
  return (
    <main className="card">
      <p className="brand">{t('product')}</p>
      <Heading>{t(`problem.${kind}.title`)}</Heading>
      <p>{t(`problem.${kind}.text`)}</p>
      {kind !== 'lost' && <Details code={problem.code} requestId={problem.requestId} />}
    </main>
  );
}
