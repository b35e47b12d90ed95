import type { Provider } from '@latchkey/api/answers.ts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { startAuthorization } from '../../api/authorizations.ts';
import { providersQuery } from '../../api/queries.ts';
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AuthorizationResult } from './authorization-result.tsx';
import { oauth2Of } from './client-values.ts';
import { ClientTable } from './client-table.tsx';
import { MisconfiguredBanners } from './misconfigured-banners.tsx';
import { Toolbar } from './toolbar.tsx';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

const ClientDialog = lazy(async () => ({ default: (await import('./client-dialog.tsx')).ClientDialog }));
const RemoveDialog = lazy(async () => ({ default: (await import('./remove-dialog.tsx')).RemoveDialog }));

type Dialog = { readonly kind: 'configure' | 'remove'; readonly provider: Provider } | null;

export function OAuthClientsPage() {
  const { t } = useTranslation(['oauth-clients', 'common']);
  const providers = useQuery(providersQuery);
  const { q = '', mode } = useSearch({ from: '/oauth-clients' });
  const navigate = useNavigate({ from: '/oauth-clients' });
  const [dialog, setDialog] = useState<Dialog>(null);
  const authorize = useMutation({ mutationFn: goToProvider });
  const matches = (provider: Provider) =>
    provider.label.toLowerCase().includes(q.trim().toLowerCase()) &&
    (mode === undefined || oauth2Of(provider)?.client.mode === mode);

  return (
    <>
      <PageHead title={t('title')} lead={t('lead')} />
      <AuthorizationResult />
      {authorize.error !== null && <ErrorBox error={authorize.error} title={t('common:error.action')} />}
      <QueryView query={providers}>
        {(all) => {
          const connecting = all.filter((provider) => oauth2Of(provider) !== undefined);
          if (connecting.length === 0)
            return <NothingYet title={t('nothing.title')} lead={t('nothing.lead')} />;
          const shown = connecting.filter(matches);
          return (
            <>
              <MisconfiguredBanners
                providers={connecting}
                onFix={(provider) => setDialog({ kind: 'configure', provider })}
              />
              <Toolbar />
              {shown.length === 0 ? (
                <NothingMatches onClear={() => void navigate({ search: keepWorkspace, replace: true })} />
              ) : (
                <ClientTable
                  providers={shown}
                  onConfigure={(provider) => setDialog({ kind: 'configure', provider })}
                  onRemove={(provider) => setDialog({ kind: 'remove', provider })}
                />
              )}
            </>
          );
        }}
      </QueryView>
      <Suspense>
        {dialog?.kind === 'configure' && (
          <ClientDialog
            provider={dialog.provider}
            onClose={() => setDialog(null)}
            onAuthorize={() => authorize.mutate(dialog.provider.id)}
          />
        )}
        {dialog?.kind === 'remove' && (
          <RemoveDialog provider={dialog.provider} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </>
  );
}

/** In this tab, and back to this page: there is nothing here that would be lost by leaving it. */
async function goToProvider(provider: string): Promise<void> {
  const back = new URL(location.pathname, location.origin);
  const workspace = new URLSearchParams(location.search).get('workspace');
  if (workspace !== null) back.searchParams.set('workspace', workspace);
  back.searchParams.set('tried', provider);
  const { authorizationUrl } = await startAuthorization({ provider, returnUrl: back.href });
  location.assign(authorizationUrl);
}
