import '@mantine/core/styles.css';
import '../ui/console.css';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { ApiError } from '../api/call.ts';
import { sessionQuery } from '../api/queries.ts';
import { isUnauthenticated } from '../api/session.ts';
import { english } from '../i18n/english.ts';
import { openTexts } from '../i18n/index.ts';
import { pageNonce } from '../nonce.ts';
import { preferredLanguage } from './preferred-language.ts';
import { router } from './router.tsx';
import { Themed } from './themed.tsx';

const client: QueryClient = new QueryClient({
  // A session ends by itself, or by somebody else: the first answer that says so brings the sign-in.
  queryCache: new QueryCache({
    onError: (error) => {
      if (isUnauthenticated(error)) void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  }),
  defaultOptions: {
    queries: {
      // What was read stays on screen until it is known to be stale, by an event or by coming back to the page.
      staleTime: 30_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.problem.status < 500),
    },
  },
});

// For the style that keeps the page from scrolling behind a dialog.
setNonce(pageNonce());

const root = document.getElementById('root');
if (root !== null) {
  const texts = await openTexts(preferredLanguage(), english);
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>
        <Themed>
          <QueryClientProvider client={client}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </Themed>
      </I18nextProvider>
    </StrictMode>,
  );
}
