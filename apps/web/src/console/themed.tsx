import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { pageNonce } from '../nonce.ts';
import { cssVariables, themeOf } from '../ui/theme.ts';

const schemes = localStorageColorSchemeManager({ key: 'latchkey-color-scheme' });

/** How the console looks, in the language of the person. */
export function Themed({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const close = t('close');
  const theme = useMemo(() => themeOf(close), [close]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      getStyleNonce={pageNonce}
    >
      {children}
    </MantineProvider>
  );
}
