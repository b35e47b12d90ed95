import './connect.css';
import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { ApiError } from '../api/send.ts';
import { chooseLanguage } from '@latchkey/texts/languages.ts';
import { openTexts } from '../i18n/index.ts';
import { readPageData } from '../page-data.ts';
import { connectApi } from './api.ts';
import { applyAppearance } from './appearance.ts';
import { openEngine } from './engine.ts';
import { ConnectPage } from './connect-page.tsx';
import { ProblemPage } from './problem-page.tsx';
import { takeBack } from './while-away.ts';
import type { ConnectPageData, ConnectSession, PageProblem } from './session.ts';
import { connectTexts } from './texts.ts';

type Opened =
  | {
      readonly token: string;
      readonly session: ConnectSession;
      readonly embedderOrigin: string | null;
    }
  | { readonly problem: PageProblem };

/** Back from the provider in this tab. What the address says of it proves nothing: the session is read. */
async function resume(id: string): Promise<Opened> {
  const kept = takeBack(id);
  if (kept === null) return { problem: { code: 'lost', title: '', detail: '', requestId: '' } };
  const { token, embedder: embedderOrigin } = kept;
  // From now on a reload finds the session by its own address.
  history.replaceState(null, '', `connect/session/${encodeURIComponent(token)}`);
  try {
    return { token, session: await connectApi(token).read(), embedderOrigin };
  } catch (error) {
    if (error instanceof ApiError) return { problem: error.problem };
    throw error;
  }
}

const data = readPageData() as ConnectPageData;
const opened: Opened = 'resume' in data ? await resume(data.resume) : { embedderOrigin: null, ...data };
const session = 'session' in opened ? opened.session : null;
const preferred = [...(session?.locale == null ? [] : [session.locale]), ...navigator.languages];
const texts = await openTexts(chooseLanguage(preferred), connectTexts);

function content(): ReactNode {
  if ('problem' in opened) return <ProblemPage problem={opened.problem} />;
  const t = texts.getFixedT(null, 'connect');
  const engine = openEngine({
    ...opened,
    wordsFor: (id) => {
      const provider = opened.session.providers.find((each) => each.id === id)?.label ?? id;
      return {
        lang: texts.language,
        texts: { title: t('going.title', { provider }), hint: t('going.window', { provider }) },
      };
    },
  });
  return <ConnectPage engine={engine} />;
}

if (session !== null) applyAppearance(session);
const root = document.getElementById('root');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={texts}>{content()}</I18nextProvider>
    </StrictMode>,
  );
