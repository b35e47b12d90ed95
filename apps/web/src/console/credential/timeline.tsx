import { Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { timelineQuery, type TimelineKind } from '../../api/timeline.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { TimelineRow } from './timeline-row.tsx';
import { useLateEntries } from './use-late-entries.ts';

const kinds = ['authorization', 'event', 'audit'] as const satisfies TimelineKind[];

/** Leases are no events: they are asked for. */
const leasesMs = 10_000;

/** What happened to a credential, newest first: attempts, events and audit in one order. */
export function Timeline({ credentialId }: { readonly credentialId: string }) {
  const { t } = useTranslation(['credential', 'common']);
  const { types: chosen } = useSearch({ from: '/credentials/$id' });
  const navigate = useNavigate({ from: '/credentials/$id' });
  const types = chosen === undefined ? [...kinds] : kinds.filter((kind) => chosen.split(',').includes(kind));
  const query = useInfiniteQuery({
    ...timelineQuery(credentialId, types),
    refetchInterval: leasesMs,
    placeholderData: (previous) => previous,
  });
  useLateEntries(credentialId);
  const choose = (next: string[]) => {
    const isAll = next.length === 0 || next.length === kinds.length;
    void navigate({
      search: ({ workspace }) => ({ workspace, types: isAll ? undefined : next.join(',') }),
      replace: true,
      resetScroll: false,
    });
  };
  return (
    <section aria-labelledby="timeline">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="timeline">
          {t('timeline.title')}
        </Title>
        <Checkbox.Group value={types} onChange={choose} aria-label={t('timeline.kinds')}>
          <Group gap="md">
            {kinds.map((kind) => (
              <Checkbox key={kind} size="sm" value={kind} label={t(`timeline.${kind}`)} />
            ))}
          </Group>
        </Checkbox.Group>
      </Group>
      <QueryView query={query}>
        {(items) =>
          items.length === 0 ? (
            <Text c="dimmed">{t('timeline.nothing')}</Text>
          ) : (
            <Stack component="ol" gap={0} p={0} m={0} style={{ listStyle: 'none' }}>
              {items.map((item) => (
                <TimelineRow key={`${item.type} ${item.id}`} item={item} />
              ))}
            </Stack>
          )
        }
      </QueryView>
      {query.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common:loadMore')}
        </Button>
      )}
    </section>
  );
}
