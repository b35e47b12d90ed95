import type { Credential } from '@latchkey/api/answers.ts';
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/call.ts';
import { deleteCredential } from '../../api/credentials.ts';
import { credentialQuery } from '../../api/queries.ts';
import { useProviderNames } from '../../ui/names.ts';
import { Time } from '../../ui/time.tsx';
import { ActionResult } from './action-result.tsx';
import { credentialChanged } from './credential-changed.ts';
import { RevocationResult } from './revocation-result.tsx';
import { useAction } from './use-action.ts';

interface RemoveDialogProps {
  readonly credential: Credential;
  readonly onClose: () => void;
}

const recentMs = 86_400_000;

/** Says who would miss it and what happens at the provider, and stays until it is known what did. */
export function RemoveDialog({ credential, onClose }: RemoveDialogProps) {
  const { t } = useTranslation(['credential', 'common']);
  const client = useQueryClient();
  const action = useAction();
  // Read again: what a list showed may be a minute old.
  const { data: latest } = useQuery({
    ...credentialQuery(credential.id),
    enabled: action.name === null,
  });
  const [isForced, setForced] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const provider = useProviderNames()(credential.provider);
  const { lastUsedAt } = latest ?? credential;
  const run = latest?.lastUsedBy?.runId ?? null;
  const isRefusedAsUsed =
    action.error instanceof ApiError && action.error.problem.code === 'credential_in_use';
  const isRecent = lastUsedAt !== null && Date.now() - Date.parse(lastUsedAt) < recentMs;
  const needsForce = isRecent || isRefusedAsUsed;
  const isSent = action.authorization !== null;
  const isOver = isSent && !action.isBusy;

  const remove = () => {
    setMissing(needsForce && !isForced);
    if (needsForce && !isForced) return;
    void action.run('remove', async () => {
      const { authorization } = await deleteCredential(credential.id, isForced);
      void credentialChanged(client, credential);
      return authorization;
    });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('remove.title', { name: credential.name })}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      returnFocus={false}
    >
      <Stack>
        {!isSent && (
          <>
            <Text size="sm">
              {lastUsedAt === null ? (
                t('remove.neverUsed')
              ) : (
                <>
                  {t('remove.lastUsed')} <Time at={lastUsedAt} />
                  {run === null ? '.' : ` (${t('timeline.run', { run })}).`}
                </>
              )}
            </Text>
            <Text size="sm">{t(`remove.atProvider.${credential.authMethod}`, { provider })}</Text>
            {credential.isDefault && <Text size="sm">{t('remove.default', { provider })}</Text>}
            {needsForce && (
              <Checkbox
                label={t('remove.force')}
                checked={isForced}
                onChange={({ currentTarget }) => setForced(currentTarget.checked)}
                error={isMissing && !isForced ? t('remove.forceMissing') : null}
              />
            )}
          </>
        )}
        {!isRefusedAsUsed && <ActionResult action={action} stays />}
        {isOver && <RevocationResult credentialId={credential.id} provider={provider} />}
        {isSent && !isOver && (
          <Text size="sm" c="dimmed">
            {t('remove.goesOn')}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t(isSent ? 'common:close' : 'common:cancel')}
          </Button>
          {!isSent && (
            <Button color="red" loading={action.isBusy} onClick={remove}>
              {t('common:remove')}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
