import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PageHead } from '../../ui/page-head.tsx';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t('notFound.title')} />
      <Text>
        {t('notFound.text')}{' '}
        <Anchor component={Link} to="/data-sources">
          {t('notFound.home')}
        </Anchor>
      </Text>
    </>
  );
}
