import type { AuditEntry } from '@latchkey/api/answers.ts';
import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import { Marked } from './marked.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useActorName } from '../../ui/use-actor-name.ts';

/** Actions that have words here; any other is shown as it is. */
const actions = [
  'credential.create',
  'credential.update',
  'credential.validate',
  'credential.refresh',
  'credential.delete',
  'credential.erased',
  'lease.issue',
  'lease.report',
  'lease.refuse',
  'key.validate',
  'token.exchange',
  'token.refresh',
  'token.refresh_failed',
  'token.revoke',
  'permission.refuse',
] as const;

type Action = (typeof actions)[number];
type Key<A extends Action> = A extends `${infer Thing}.${infer Verb}` ? `${Thing}_${Verb}` : never;

/** A dot would lead into the texts below. */
const keyOf = (action: Action) => action.replace('.', '_') as Key<Action>;

const textOrNull = z.catch(z.nullable(z.string()), null);

const leaseSchema = z.object({
  leaseId: textOrNull,
  runId: textOrNull,
  nodeId: textOrNull,
  tokenVersion: z.catch(z.nullable(z.number()), null),
});

/** Who did what with the credential; a lease with the run that it was for. */
export function AuditItem({ entry }: { readonly entry: AuditEntry }) {
  const { t } = useTranslation('credential');
  const actorName = useActorName();
  const action = actions.find((known) => known === entry.action);
  return (
    <Marked sign="·">
      <Text size="sm">
        <strong>{actorName(entry.actor)}</strong> ·{' '}
        {action === undefined ? entry.action : t(`audit.${keyOf(action)}`)}
      </Text>
      {action?.startsWith('lease.') === true && <LeaseFacts entry={entry} />}
      {entry.outcome === 'refused' && action !== 'token.refresh_failed' && (
        <StatusBadge tone="warning">{t('timeline.refused')}</StatusBadge>
      )}
    </Marked>
  );
}

function LeaseFacts({ entry: { data } }: { readonly entry: AuditEntry }) {
  const { t } = useTranslation('credential');
  const { leaseId, runId, nodeId, tokenVersion } = leaseSchema.parse(data);
  const facts = [
    ...(runId === null ? [] : [t('timeline.run', { run: runId })]),
    ...(nodeId === null ? [] : [t('timeline.node', { node: nodeId })]),
    ...(runId === null && leaseId !== null ? [t('timeline.lease', { lease: leaseId })] : []),
    ...(tokenVersion === null ? [] : [t('timeline.version', { version: tokenVersion })]),
  ];
  return (
    <Text size="sm" c="dimmed">
      {facts.join(' · ')}
    </Text>
  );
}
