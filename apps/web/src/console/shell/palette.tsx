import { Kbd, ScrollArea, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { usePaletteItems } from './use-palette-items.ts';
import type { PaletteItem } from './palette-items.ts';
import { Dialog } from '../../ui/dialog.tsx';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** A combobox over everything that the console can open or do. The focus stays in its field. */
export function Palette({ onClose, onHelp }: PaletteProps) {
  const { t } = useTranslation(['palette', 'common']);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const items = usePaletteItems(text, onHelp);
  const active = items[Math.min(at, items.length - 1)];
  const optionId = ({ id }: PaletteItem) => `${listId}-${id}`;
  const choose = (item: PaletteItem | undefined) => {
    if (item === undefined || item.forbidden !== undefined) return;
    onClose();
    item.run();
  };
  const move = (step: number) => {
    const next = (Math.min(at, items.length - 1) + step + items.length) % Math.max(1, items.length);
    setAt(next);
    const item = items[next];
    if (item !== undefined) document.getElementById(optionId(item))?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') choose(active);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog onClose={onClose} title={t('title')} size="lg" yOffset="10vh">
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={t('input')}
        placeholder={t('input')}
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={active === undefined ? undefined : optionId(active)}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        rightSection={<Kbd size="xs">Esc</Kbd>}
        rightSectionWidth={48}
      />
      <ScrollArea.Autosize mah="50vh" mt="sm" viewportProps={{ tabIndex: -1 }}>
        <div role="listbox" id={listId} aria-label={t('title')}>
          {items.map((item) => (
            <UnstyledButton
              key={item.id}
              id={optionId(item)}
              role="option"
              tabIndex={-1}
              display="block"
              w="100%"
              px="sm"
              py={6}
              bdrs="sm"
              aria-selected={item === active}
              aria-disabled={item.forbidden !== undefined || undefined}
              bg={item === active ? 'var(--mantine-color-default-hover)' : 'transparent'}
              onClick={() => choose(item)}
            >
              <Text size="sm" c={item.forbidden === undefined ? 'var(--mantine-color-text)' : 'dimmed'}>
                {item.label}
              </Text>
              {item.forbidden !== undefined && (
                <Text size="xs" c="dimmed">
                  {item.forbidden}
                </Text>
              )}
            </UnstyledButton>
          ))}
        </div>
      </ScrollArea.Autosize>
      <Text size="sm" c="dimmed" role="status">
        {items.length === 0 ? t('nothing') : ''}
      </Text>
    </Dialog>
  );
}
