import { Alert, Button, Code, Group, Paper, Progress, Stack, Text } from '@mantine/core';
import type { AuditVerification } from '@latchkey/api/answers.ts';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { auditHeadQuery, auditVerificationQuery } from '../../api/audit-queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import { useNow } from '../../ui/use-now.ts';
import { useAuditWords } from './use-audit-words.ts';

/** How far the audit goes, and whether it is as it was written. */
export function Chain() {
  const { t, i18n } = useTranslation('audit');
  const { data: head } = useQuery(auditHeadQuery);
  const verification = useQuery(auditVerificationQuery);
  const queries = useQueryClient();
  const [wasStopped, setWasStopped] = useState(false);
  const number = (sequence: string) => new Intl.NumberFormat(i18n.language).format(Number(sequence));
  const { data, error, isFetching } = verification;
  const verify = () => {
    setWasStopped(false);
    void verification.refetch();
  };
  const stop = () => {
    setWasStopped(true);
    void queries.cancelQueries({ queryKey: auditVerificationQuery.queryKey });
  };

  return (
    <Paper withBorder p="md" mb="md" component="section" aria-label={t('chain.label')}>
      <Group justify="space-between" gap="sm">
        <Stack gap={4} role="status">
          {isFetching ? (
            <Running />
          ) : (
            data !== undefined &&
            error === null &&
            !wasStopped && <Result result={data} at={verification.dataUpdatedAt} number={number} />
          )}
          {wasStopped && !isFetching && (
            <Text size="sm" c="dimmed">
              {t('chain.aborted')}
            </Text>
          )}
          {head !== undefined && (
            <Group gap={4}>
              <Text size="sm">{t('chain.head', { sequence: number(head.sequence) })}</Text>
              <Code>{head.hash.slice(0, 12)}…</Code>
              <CopyButton value={`${Number(head.sequence)}:${head.hash}`} label={t('chain.copyHead')} />
              <Text size="xs" c="dimmed">
                {t('chain.headHint')}
              </Text>
            </Group>
          )}
        </Stack>
        {isFetching ? (
          <Button variant="default" onClick={stop}>
            {t('chain.abort')}
          </Button>
        ) : (
          <Button variant="default" onClick={verify}>
            {data === undefined ? t('chain.verify') : t('chain.again')}
          </Button>
        )}
      </Group>
      {error !== null && !isFetching && !wasStopped && <ErrorBox error={error} onRetry={verify} />}
    </Paper>
  );
}

/** The server does not say how far it is: only that it goes on, and for how long. */
function Running() {
  const { t } = useTranslation('audit');
  const [began] = useState(() => Date.now());
  const now = useNow();
  return (
    <>
      <Text size="sm">
        {t('chain.running')} {t('chain.elapsed', { seconds: Math.max(0, Math.floor((now - began) / 1000)) })}
      </Text>
      <Progress value={100} animated striped aria-label={t('chain.running')} />
      <Text size="xs" c="dimmed">
        {t('chain.slow')}
      </Text>
    </>
  );
}

interface ResultProps {
  readonly result: AuditVerification;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly number: (sequence: string) => string;
}

function Result({ result: { intact, problem, head, anchor, unsealed }, at, number }: ResultProps) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  return (
    <>
      <Group gap="xs">
        {intact ? (
          <StatusBadge tone={unsealed.overdue ? 'warning' : 'good'}>
            {t('chain.verified', { sequence: number(head.sequence) })}
          </StatusBadge>
        ) : (
          <StatusBadge tone="bad">
            {t('chain.broken', { sequence: number(problem?.sequence ?? head.sequence) })}
          </StatusBadge>
        )}
        <Text size="sm" c="dimmed">
          <Time at={new Date(at).toISOString()} />
        </Text>
      </Group>
      {problem !== null && (
        <Alert color="red">{words.broken(problem) ?? <span lang="en">{problem.detail}</span>}</Alert>
      )}
      {unsealed.overdue && <Alert color="yellow">{t('chain.overdue', { count: unsealed.entries })}</Alert>}
      {anchor !== null && (
        <Text size="sm">
          {t('chain.pruned', { sequence: number(anchor.sequence) })} <Time at={anchor.prunedAt} />
        </Text>
      )}
    </>
  );
}
