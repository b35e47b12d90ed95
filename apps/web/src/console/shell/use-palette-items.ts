import { useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { basePath } from '../../base-url.ts';
import { auditVerificationQuery } from '../../api/audit-queries.ts';
import { currentWorkspace } from '../../api/workspace.ts';
import { leave } from '../../session/leave.ts';
import { useSession, type Permission } from '../../session/session-context.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { areas, type AreaName } from '../areas.ts';
import { filterItems, type PaletteItem } from './palette-items.ts';
import { targetOfId, type Target } from './target-of-id.ts';
import { useFoundCredentials } from './use-found-credentials.ts';

/** What the palette offers for what was typed. @param onHelp shows the keys */
export function usePaletteItems(text: string, onHelp: () => void): PaletteItem[] {
  const { t } = useTranslation(['palette', 'common', ...(Object.keys(areas) as AreaName[])]);
  const { permissions, role } = useSession();
  const { setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const queries = useQueryClient();

  const providerName = useProviderNames();
  const byId = targetOfId(text);
  const wanted = text.trim();
  const found = useFoundCredentials(byId === null ? wanted : '');

  /** In the same workspace, unless the target names another. */
  const go = ({ path, search }: Target) => {
    const workspace = currentWorkspace();
    const query = new URLSearchParams({ ...(workspace === null ? {} : { workspace }), ...search });
    const address = basePath() + path.slice(1);
    router.history.push(query.size === 0 ? address : `${address}?${query}`);
  };
  const forbiddenUnless = (permission: Permission) =>
    permissions.includes(permission)
      ? undefined
      : t('common:forbidden', { role: t('common:role.admin'), mine: t(`common:role.${role}`) });

  const places = (Object.keys(areas) as AreaName[]).map<PaletteItem>((area) => ({
    id: `go-${area}`,
    label: t('palette:goTo', { area: t(`${area}:title`) }),
    forbidden: forbiddenUnless(areas[area].permission),
    run: () => go({ path: `/${area}`, search: {} }),
  }));
  const acts: PaletteItem[] = [
    {
      id: 'create-token',
      label: t('palette:act.createToken'),
      forbidden: forbiddenUnless('service_token:manage'),
      run: () => go({ path: '/service-tokens', search: { create: 'true' } }),
    },
    {
      id: 'verify-audit',
      label: t('palette:act.verifyAudit'),
      forbidden: forbiddenUnless('audit:read'),
      run: () => {
        go({ path: '/audit', search: {} });
        void queries.prefetchQuery({ ...auditVerificationQuery, staleTime: 0 });
      },
    },
    ...(['light', 'dark', 'auto'] as const).map<PaletteItem>((scheme) => ({
      id: scheme,
      label: t(`palette:act.${scheme}`),
      run: () => setColorScheme(scheme),
    })),
    { id: 'help', label: t('palette:act.help'), run: onHelp },
    {
      id: 'sign-out',
      label: t('palette:act.signOut'),
      run: () => void leave(queries),
    },
  ];
  if (byId !== null) return [{ id: 'id', label: t('palette:openId', { id: byId.id }), run: () => go(byId) }];
  const search: PaletteItem = {
    id: 'search',
    label: t('palette:search', { text: wanted }),
    run: () => go({ path: '/data-sources', search: { q: wanted } }),
  };
  const credentials = found.map<PaletteItem>(({ id, name, provider }) => ({
    id,
    label: t('palette:openCredential', { name, provider: providerName(provider) }),
    run: () => go({ path: `/credentials/${id}`, search: {} }),
  }));
  return [...filterItems([...places, ...acts], wanted), ...credentials, ...(wanted === '' ? [] : [search])];
}
