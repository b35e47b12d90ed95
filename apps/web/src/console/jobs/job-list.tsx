import type { QueueJob } from '@latchkey/api/answers.ts';
import { Anchor, Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { jobsQuery } from '../../api/queue-queries.ts';
import type { QueueName } from '../../api/queues.ts';
import { useSession } from '../../session/session-context.tsx';
import { ErrorCode } from '../../ui/error-code.tsx';
import { ListTable } from '../../ui/list-table.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Time } from '../../ui/time.tsx';
import { useFailureText } from '../../ui/use-failure-text.tsx';
import { jobStates } from './search.ts';

type State = (typeof jobStates)[number];

interface JobListProps {
  readonly queue: QueueName;
  readonly state: State;
  readonly onState: (state: State) => void;
}

/** The jobs behind a number, of all workspaces. */
export function JobList({ queue, state, onState }: JobListProps) {
  const { t } = useTranslation('jobs');
  const query = useInfiniteQuery(jobsQuery(queue, state));
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Stack component="section" mt="xl" aria-labelledby="job-list">
      <Group justify="space-between">
        <Title order={2} size="h4" id="job-list">
          {t('list.label', { queue: t(`queue.${queue}`), state: t(`state.${state}`) })}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t('list.state')}
          data={jobStates.map((value) => ({ value, label: t(`state.${value}`) }))}
          value={state}
          onChange={(value) => onState(value)}
        />
      </Group>
      <QueryView query={query}>
        {() =>
          rows.length === 0 ? (
            <Text c="dimmed">{t('list.none', { state: t(`state.${state}`) })}</Text>
          ) : (
            <ListTable
              minWidth={760}
              heads={(['what', 'workspace', 'attempts', 'when'] as const).map((column) =>
                t(`list.${column}`),
              )}
              hasActions={false}
            >
              {rows.map((job) => (
                <JobRow key={job.authorizationId} job={job} />
              ))}
            </ListTable>
          )
        }
      </QueryView>
      <LoadMore query={query} />
    </Stack>
  );
}

function JobRow({ job }: { readonly job: QueueJob }) {
  const { t } = useTranslation(['jobs', 'common']);
  const { workspaces } = useSession();
  const providerName = useProviderNames();
  const failureText = useFailureText();
  const { id, authorizationId, workspaceId, provider, reason, attempts, error } = job;
  const times = [
    ['asked', job.createdAt],
    ['began', job.startedAt],
    ['runs', job.runsAt],
    ['ended', job.finishedAt],
  ] as const;
  return (
    <Table.Tr data-job={authorizationId}>
      <Table.Td>
        <Anchor
          size="sm"
          ff="monospace"
          renderRoot={(props) => (
            <Link to="/authorizations" search={{ workspace: workspaceId, id: authorizationId }} {...props} />
          )}
        >
          {id}
        </Anchor>
        <Text size="xs" c="dimmed">
          {providerName(provider)} · {t(`common:reason.${reason as 'user'}`, { defaultValue: reason })}
        </Text>
      </Table.Td>
      <Table.Td>{workspaces.find((workspace) => workspace.id === workspaceId)?.name ?? workspaceId}</Table.Td>
      <Table.Td>
        {attempts}
        {error !== null && (
          <>
            {' · '}
            <ErrorCode code={error.code} />
            <Text size="xs" c="dimmed">
              {failureText(error, providerName(provider))}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {times.map(
          ([word, at]) =>
            at !== null && (
              <Text size="sm" key={word} component="div">
                {t(`list.${word}`)} <Time at={at} />
              </Text>
            ),
        )}
      </Table.Td>
    </Table.Tr>
  );
}
