import { Button, Text, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchIcon } from '../../ui/icons.tsx';
import { paletteKeys } from './palette-keys.ts';
import { useShortcuts } from './use-shortcuts.ts';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const KeysHelp = lazy(async () => ({ default: (await import('./keys-help.tsx')).KeysHelp }));

/** Everything by the keyboard: the palette, the keys of lists, and what they are. */
export function Keyboard() {
  const { t } = useTranslation('palette');
  const [shown, setShown] = useState<'palette' | 'help' | null>(null);
  useShortcuts(setShown);
  const close = () => setShown(null);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setShown('palette')}
      >
        <SearchIcon />
        <VisuallyHidden>{t('open')}</VisuallyHidden>
        {/* A phone has neither the keys nor the room. */}
        <Text span inherit ms={6} visibleFrom="sm">
          {paletteKeys()}
        </Text>
      </Button>
      <Suspense>
        {shown === 'palette' && <Palette onClose={close} onHelp={() => setShown('help')} />}
        {shown === 'help' && <KeysHelp onClose={close} />}
      </Suspense>
    </>
  );
}
