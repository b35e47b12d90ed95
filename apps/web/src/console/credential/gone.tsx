import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

/** @param name of one that was there a moment ago; null: it never was */
export function Gone({ name }: { readonly name: string | null }) {
  const { t } = useTranslation('credential');
  return (
    <>
      <PageHead title={name ?? t('gone.title')} />
      <Text mb="md" role="status">
        {t(name === null ? 'gone.unknown' : 'gone.removed')}
      </Text>
      <Button renderRoot={(props) => <Link to="/data-sources" search={keepWorkspace} {...props} />}>
        {t('gone.home')}
      </Button>
    </>
  );
}
