import { NavLink, Tooltip } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { keepWorkspace } from '../../ui/keep-workspace.ts';
import { areas, type AreaName } from '../areas.ts';
import { useWhyNot } from '../../ui/use-why-not.ts';

interface AreaLinkProps {
  readonly area: AreaName;
  readonly onGo: () => void;
}

/** What a person may not see is there, disabled, with the reason. */
function AreaLink({ area, onGo }: AreaLinkProps) {
  const { t } = useTranslation(area);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const whyNot = useWhyNot({ permission: areas[area].permission, role: 'admin' });
  const label = t('title');
  if (whyNot !== null)
    return (
      <Tooltip label={whyNot}>
        <NavLink label={label} component="button" aria-disabled="true" c="dimmed" />
      </Tooltip>
    );
  return (
    <NavLink
      label={label}
      active={path === `/${area}`}
      aria-current={path === `/${area}` ? 'page' : undefined}
      onClick={onGo}
      renderRoot={(props) => <Link to={`/${area}`} search={keepWorkspace} {...props} />}
    />
  );
}

export function Navigation({ onGo }: { readonly onGo: () => void }) {
  const { t } = useTranslation();
  return (
    <nav aria-label={t('nav.label')}>
      {(Object.keys(areas) as AreaName[]).map((area) => (
        <AreaLink key={area} area={area} onGo={onGo} />
      ))}
      <NavLink label={t('nav.docs')} href="docs" target="_blank" />
    </nav>
  );
}
