import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorBox } from '../../ui/error-box.tsx';

/** A page that threw: the rest of the console stays. */
export function BrokenPage({ error }: { readonly error: unknown }) {
  const { t } = useTranslation();
  return (
    <>
      <ErrorBox error={error} title={t('error.page')} />
      <Button mt="md" onClick={() => location.reload()}>
        {t('error.reload')}
      </Button>
    </>
  );
}
