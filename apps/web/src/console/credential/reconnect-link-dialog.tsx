import type { Credential } from '@latchkey/api/answers.ts';
import { Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectLink } from '../../api/connect-sessions.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { Time } from '../../ui/time.tsx';

interface ReconnectLinkDialogProps {
  readonly credential: Credential;
  /** Under way since the click. */
  readonly link: Promise<ConnectLink>;
  readonly onClose: () => void;
}

/** An address for somebody else, copied if the browser lets it be, and shown to be copied by hand. */
export function ReconnectLinkDialog({ credential, link, onClose }: ReconnectLinkDialogProps) {
  const { t } = useTranslation(['credential', 'common']);
  const [made, setMade] = useState<ConnectLink | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    const show = async () => {
      try {
        const next = await link;
        setMade(next);
        await navigator.clipboard.writeText(next.url).then(
          () => setCopied(true),
          () => undefined,
        );
      } catch (problem) {
        setError(problem);
      }
    };
    void show();
  }, [link]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('link.title', { name: credential.name })}
      closeButtonProps={{ 'aria-label': t('common:close') }}
      returnFocus={false}
    >
      <Stack>
        {error !== null && <ErrorBox error={error} title={t('common:error.action')} />}
        {error === null && made === null && <Skeleton height={36} />}
        {made !== null && (
          <>
            <Group gap="xs" align="flex-end" wrap="nowrap">
              <TextInput
                label={t('link.label')}
                value={made.url}
                readOnly
                flex={1}
                data-autofocus
                onFocus={({ currentTarget }) => currentTarget.select()}
              />
              <CopyButton value={made.url} label={t('link.label')} />
            </Group>
            <Text size="sm" role="status">
              {isCopied && <>{t('link.copied')} </>}
              {t('link.validUntil')} <Time at={made.expiresAt} />.
            </Text>
          </>
        )}
        <Text size="sm">{t('link.warning')}</Text>
      </Stack>
    </Modal>
  );
}
