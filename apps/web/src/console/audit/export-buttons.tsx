import { Button, Group, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { auditExportUrl } from '../../api/audit.ts';
import { commandItem } from '../../commands/command-item.ts';
import { useMay } from '../../session/session-context.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { CommandMenu } from '../../ui/copy-as.tsx';
import { periods } from './search.ts';
import { useFilter } from './use-filter.ts';

const formats = ['jsonl', 'csv'] as const;

/** The browser downloads from the API itself: an audit may be larger than a page can hold. */
export function ExportButtons() {
  const { t } = useTranslation('audit');
  const may = useMay('audit:manage');
  const { search, filter } = useFilter();
  if (!may)
    return (
      <Group gap="xs">
        {formats.map((format) => (
          <ActionButton key={format} permission="audit:manage" role="admin" variant="default">
            {t(`export.${format}`)}
          </ActionButton>
        ))}
      </Group>
    );
  const range = () => {
    if (search.period === undefined) return filter;
    return { from: new Date(Date.now() - periods[search.period] * 3_600_000).toISOString() };
  };
  return (
    <Group gap="xs">
      {formats.map((format) => (
        <Tooltip
          key={format}
          label={t('export.hint')}
          multiline
          w={320}
          events={{ hover: true, focus: true, touch: false }}
        >
          <Button
            component="a"
            variant="default"
            href={auditExportUrl(format, range())}
            download={`audit.${format}`}
          >
            {t(`export.${format}`)}
          </Button>
        </Tooltip>
      ))}
      <CommandMenu
        items={[
          commandItem(t('chain.verify'), 'audit.verify'),
          commandItem(t('export.jsonl'), 'audit.export'),
        ]}
      />
    </Group>
  );
}
