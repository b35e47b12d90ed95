import { Box, Group, Text } from '@mantine/core';
import type { TimelineItem } from '../../api/timeline.ts';
import { Time } from '../../ui/time.tsx';
import { AuditItem } from './audit-item.tsx';
import { AuthorizationItem } from './authorization-item.tsx';
import { EventItem } from './event-item.tsx';

/** One thing that happened. */
export function TimelineRow({ item }: { readonly item: TimelineItem }) {
  return (
    <Box
      component="li"
      py="xs"
      data-item={item.type}
      style={{ borderBlockEnd: '1px solid var(--mantine-color-default-border)' }}
    >
      <Group justify="space-between" align="flex-start" gap="xs">
        <Box flex="1 1 14rem" miw={0}>
          <What item={item} />
        </Box>
        <Text size="sm" c="dimmed" component="span">
          <Time at={item.at} />
        </Text>
      </Group>
    </Box>
  );
}

function What({ item }: { readonly item: TimelineItem }) {
  switch (item.type) {
    case 'authorization':
      return <AuthorizationItem item={item} />;
    case 'event':
      return <EventItem event={item.event} />;
    case 'audit':
      return <AuditItem entry={item.entry} />;
  }
}
