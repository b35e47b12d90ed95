import { Group, Kbd, Stack, Switch, Table } from '@mantine/core';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paletteKeys } from './palette-keys.ts';
import { singleKeysAreOn, switchSingleKeys } from './single-keys.ts';
import { Dialog } from '../../ui/dialog.tsx';

const keys = {
  palette: [paletteKeys()],
  search: ['/'],
  next: ['↓', 'j'],
  previous: ['↑', 'k'],
  openRow: ['Enter'],
  close: ['Esc'],
  help: ['?'],
} as const;

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation(['palette', 'common']);
  const [isOn, setIsOn] = useState(singleKeysAreOn);
  return (
    <Dialog onClose={onClose} title={t('help.title')}>
      <Stack>
        <Table aria-label={t('help.title')}>
          <Table.Tbody>
            {(Object.keys(keys) as (keyof typeof keys)[]).map((name) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  {t(`help.${name}`)}
                </Table.Th>
                <Table.Td>
                  <Group gap={4} justify="flex-end" wrap="nowrap">
                    {keys[name].map((key, index) => (
                      <Fragment key={key}>
                        {index > 0 && t('help.or')}
                        <Kbd>{key}</Kbd>
                      </Fragment>
                    ))}
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Switch
          label={t('help.singleKeys')}
          description={t('help.singleKeysHint')}
          checked={isOn}
          onChange={({ currentTarget: { checked } }) => {
            setIsOn(checked);
            switchSingleKeys(checked);
          }}
        />
      </Stack>
    </Dialog>
  );
}
