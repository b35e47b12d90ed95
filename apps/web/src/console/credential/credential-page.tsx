import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/call.ts';
import { credentialQuery } from '../../api/queries.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { CredentialView } from './credential-view.tsx';
import { Gone } from './gone.tsx';

/** A lease is no event: who used it last is asked for. */
const leasesMs = 10_000;

export function CredentialPage() {
  const { t } = useTranslation('credential');
  const { id } = useParams({ from: '/credentials/$id' });
  const query = useQuery({ ...credentialQuery(id), refetchInterval: leasesMs });
  const { data, error } = query;
  // An id of another shape is refused before it is looked for.
  if (error instanceof ApiError && [400, 404].includes(error.problem.status))
    return <Gone name={data?.name ?? null} />;
  return (
    <>
      {data === undefined && <PageHead title={t('title')} />}
      <QueryView query={query} rows={6}>
        {(credential) => <CredentialView credential={credential} key={id} />}
      </QueryView>
    </>
  );
}
