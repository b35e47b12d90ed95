import type { CloudEvent } from '@latchkey/api/answers.ts';
import { ActionIcon, Group, Menu, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ErrorCode } from '../../ui/error-code.tsx';
import { MoreIcon } from '../../ui/icons.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { Time } from '../../ui/time.tsx';
import { useEventWords } from './event-words.ts';
import { Subject } from './subject.tsx';

interface EventTableProps {
  readonly rows: readonly CloudEvent[];
  readonly onOpen: (event: CloudEvent) => void;
  readonly onOnly: (subject: string) => void;
}

/** An event never changes: its row stays where it is. */
export function EventTable({ rows, onOpen, onOnly }: EventTableProps) {
  const { t } = useTranslation('activity');
  return (
    <ListTable minWidth={640} heads={[t('column.what'), t('column.about'), t('column.when')]}>
      {rows.map((event) => (
        <EventRow key={event.id} event={event} onOpen={onOpen} onOnly={onOnly} />
      ))}
    </ListTable>
  );
}

interface EventRowProps extends Omit<EventTableProps, 'rows'> {
  readonly event: CloudEvent;
}

/** The stable code of what went wrong, of events that say so. */
function codeOf({ data }: CloudEvent): string | null {
  const { error } = data;
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

function EventRow({ event, onOpen, onOnly }: EventRowProps) {
  const { t } = useTranslation(['activity', 'common']);
  const words = useEventWords();
  const providerName = useProviderNames();
  const { type, subject, sequence, time, data } = event;
  const code = codeOf(event);
  const { provider } = data;
  return (
    <Table.Tr data-event={Number(sequence)} data-type={type} data-subject={subject}>
      <Table.Td>
        <Group gap={6}>
          <Text size="sm">{words(type)}</Text>
          {code !== null && <ErrorCode code={code} />}
        </Group>
      </Table.Td>
      <Table.Td>
        <Subject event={event} />
        {typeof provider === 'string' && (
          <Text size="xs" c="dimmed">
            {providerName(provider)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm" component="div">
          <Time at={time} />
        </Text>
      </Table.Td>
      <Table.Td>
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('details', { sequence: Number(sequence) })}
            >
              <MoreIcon />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onOpen(event)}>{t('common:details')}</Menu.Item>
            <Menu.Item onClick={() => onOnly(subject)}>{t('only')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Table.Td>
    </Table.Tr>
  );
}
