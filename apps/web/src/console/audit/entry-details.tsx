import { Anchor, Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import type { AuditEntry } from '@latchkey/api/answers.ts';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { earlierEntriesQuery } from '../../api/audit-queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Time } from '../../ui/time.tsx';
import { useActorName } from '../../ui/use-actor-name.ts';
import { changesOf, isChange } from './changes.ts';
import { useAuditWords } from './use-audit-words.ts';
import { useFilter } from './use-filter.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

export function EntryDetails({ entry }: { readonly entry: AuditEntry }) {
  const { t } = useTranslation(['audit', 'common']);
  const { only } = useFilter();
  const words = useAuditWords();
  const actorName = useActorName();
  const { actor, subject } = entry;
  const facts: [string, ReactNode][] = [
    [t('entry.at'), <Time at={entry.at} key="at" />],
    [t('entry.actor'), `${actorName(actor)} (${actor.type}, ${actor.id})`],
    [
      t('entry.action'),
      <Group gap="xs" key="action">
        {words.action(entry.action)} <Code>{entry.action}</Code>
      </Group>,
    ],
    [t('entry.subject'), <Copied value={subject} label={t('entry.subject')} key="subject" />],
    [t('entry.outcome'), t(`outcome.${entry.outcome}`)],
    [t('entry.request'), entry.requestId ?? t('entry.none')],
    [t('entry.address'), entry.clientAddress ?? t('entry.none')],
  ];
  const hashes: [string, ReactNode][] = [
    [t('entry.hash'), <Copied value={entry.hash} label={t('entry.hash')} key="hash" />],
    [t('entry.previousHash'), <Code key="previous">{entry.previousHash.slice(0, 16)}…</Code>],
  ];
  return (
    <Stack>
      <Facts facts={facts} />
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={() => only({ actor: actor.id })}>
          {t('entry.ofActor')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => only({ subject })}>
          {t('entry.ofSubject')}
        </Button>
        {subject.startsWith('cred_') && (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/credentials/$id" params={{ id: subject }} search={keepWorkspace} {...props} />
            )}
          >
            {t('entry.openCredential')}
          </Anchor>
        )}
      </Group>
      <Details entry={entry} />
      <Facts facts={hashes} />
    </Stack>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Table>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w="35%">
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Copied({ value, label }: { readonly value: string; readonly label: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={4} wrap="nowrap">
      <Code style={{ overflowWrap: 'anywhere' }}>{value}</Code>
      <CopyButton value={value} label={`${t('copy')}: ${label}`} />
    </Group>
  );
}

/** What was done, with what it was before where the audit tells. */
function Details({ entry }: { readonly entry: AuditEntry }) {
  const { t } = useTranslation('audit');
  const hasBefore = isChange(entry);
  const earlier = useQuery({
    ...earlierEntriesQuery(entry.subject, Number(entry.sequence)),
    enabled: hasBefore,
  });
  const changes = changesOf(entry, earlier.data ?? []);
  if (changes.length === 0) return null;
  return (
    <Table.ScrollContainer minWidth={hasBefore ? 420 : 240}>
      <Table aria-label={t('entry.data')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('entry.field')}</Table.Th>
            {hasBefore && <Table.Th>{t('entry.before')}</Table.Th>}
            <Table.Th>{hasBefore ? t('entry.after') : t('entry.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ field, before, after }) => (
            <Table.Tr key={field}>
              <Table.Th scope="row">{field}</Table.Th>
              {hasBefore && (
                <Table.Td>
                  {before === undefined ? (
                    <Text size="sm" c="dimmed">
                      {t('entry.unknown')}
                    </Text>
                  ) : (
                    <>
                      <Value value={before.value} />{' '}
                      <Text span size="xs" c="dimmed">
                        #{before.sequence}
                      </Text>
                    </>
                  )}
                </Table.Td>
              )}
              <Table.Td>
                <Value value={after} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        {hasBefore && <Table.Caption>{t('entry.beforeHint')}</Table.Caption>}
      </Table>
    </Table.ScrollContainer>
  );
}

function Value({ value }: { readonly value: unknown }) {
  return <Code style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(value)}</Code>;
}
