import { Alert, Button, Code, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

export interface Shown {
  readonly name: string;
  readonly value: string;
}

/** A value that nobody can read again. Neither Esc nor a click beside it closes it: only the word that it is stored. */
export function ShownOnce({ shown, onStored }: { readonly shown: Shown; readonly onStored: () => void }) {
  const { t } = useTranslation('service-tokens');
  return (
    <Dialog
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('value.title', { name: shown.name })}
    >
      <Stack>
        <Alert color="yellow" variant="light">
          {t('value.once')}
        </Alert>
        <Group gap="xs" wrap="nowrap">
          <Code
            block
            flex={1}
            aria-label={t('value.label')}
            style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}
          >
            {shown.value}
          </Code>
          <CopyButton value={shown.value} label={t('value.copy')} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onStored}>{t('value.stored')}</Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
