import { Group, Select, TextInput } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SearchIcon } from '../../ui/icons.tsx';

const modes = ['custom', 'default', 'none'] as const;

export function Toolbar() {
  const { t } = useTranslation(['oauth-clients', 'common']);
  const { q = '', mode = null } = useSearch({ from: '/oauth-clients' });
  const navigate = useNavigate({ from: '/oauth-clients' });
  return (
    <Group mb="md" gap="sm">
      <TextInput
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        leftSection={<SearchIcon />}
        value={q}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ search: (now) => ({ ...now, q: value || undefined }), replace: true })
        }
      />
      <Select
        aria-label={t('mode.label')}
        placeholder={`${t('mode.label')}: ${t('common:all')}`}
        data={modes.map((value) => ({ value, label: t(`mode.${value}`) }))}
        value={mode}
        clearable
        onChange={(value) =>
          void navigate({
            search: (now) => ({ ...now, mode: modes.find((each) => each === value) }),
          })
        }
      />
    </Group>
  );
}
