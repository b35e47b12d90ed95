import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from './error-box.tsx';

/** What is used of a query, of one answer or of several pages. */
interface Readable<T> extends Pick<UseQueryResult<T>, 'data' | 'isError' | 'error'> {
  refetch(): unknown;
}

interface QueryViewProps<T> {
  readonly query: Readable<T>;
  /** Rows of the skeleton, so that nothing jumps when the real ones come. */
  readonly rows?: number;
  readonly children: (data: T) => ReactNode;
}

/**
 * What was read, or why it was not. What was read before stays on screen while it is read again, and when that fails:
 * with the failure above it.
 */
export function QueryView<T>({ query, rows = 5, children }: QueryViewProps<T>) {
  const { t } = useTranslation();
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isError) return <ErrorBox error={query.error} onRetry={retry} />;
    return (
      <Stack gap="xs" role="status" aria-label={t('loading')}>
        {Array.from({ length: rows }, (_, row) => (
          <Skeleton key={row} height={44} />
        ))}
      </Stack>
    );
  }
  return (
    <>
      {query.isError && <ErrorBox error={query.error} onRetry={retry} />}
      {children(query.data)}
    </>
  );
}
