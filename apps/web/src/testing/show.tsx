import '@mantine/core/styles.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import { render } from 'vitest-browser-react';
import { Themed } from '../console/themed.tsx';
import { english } from '../i18n/english.ts';
import type { Language } from '@latchkey/texts/languages.ts';
import { openTexts } from '../i18n/index.ts';

/** Draws a part of the console as the console would, without a server. */
export async function show(part: ReactNode, language: Language = 'en') {
  const texts = await openTexts(language, english);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <I18nextProvider i18n={texts}>
      <Themed>
        <QueryClientProvider client={client}>{part}</QueryClientProvider>
      </Themed>
    </I18nextProvider>,
  );
}
