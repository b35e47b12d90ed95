import { Button, Group, Switch, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { mostNews } from './use-pinned-list.ts';

interface NewsProps {
  readonly newsCount: number;
  readonly showNews: () => void;
  readonly isLive: boolean;
  readonly setLive: (isLive: boolean) => void;
  readonly isFixed: boolean;
}

/** How many rows came since, and whether they are shown at once. */
export function News({ newsCount, showNews, isLive, setLive, isFixed }: NewsProps) {
  const { t } = useTranslation();
  return (
    <Group gap="sm" role="status">
      {newsCount > 0 && !isLive && (
        <Button variant="light" size="xs" onClick={showNews}>
          {newsCount < mostNews ? t('news', { count: newsCount }) : t('newsMost', { count: mostNews })}
        </Button>
      )}
      <Tooltip
        label={isFixed ? t('liveSwitch.fixed') : t('liveSwitch.hint')}
        events={{ hover: true, focus: true, touch: true }}
      >
        <Switch
          label={t('liveSwitch.label')}
          checked={isLive}
          aria-disabled={isFixed}
          onChange={(event) => !isFixed && setLive(event.currentTarget.checked)}
        />
      </Tooltip>
    </Group>
  );
}
