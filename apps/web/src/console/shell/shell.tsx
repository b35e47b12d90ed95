import { AppShell, Burger, Center, Container, Group, Loader, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../../api/queries.ts';
import { LiveProvider } from '../../live/live-provider.tsx';
import { consoleData } from '../console-data.ts';
import { DialogHost } from '../../ui/dialog-host.tsx';
import { ErrorBox } from '../../ui/error-box.tsx';
import { SessionProvider } from '../../session/session-context.tsx';
import { Keyboard } from './keyboard.tsx';
import { NoWorkerBanner } from '../jobs/no-worker-banner.tsx';
import { Navigation } from './navigation.tsx';
import { PersonMenu } from './person-menu.tsx';
import { StreamIndicator } from './stream-indicator.tsx';

const WorkspaceSwitcher = lazy(async () => ({
  default: (await import('./workspace-switcher.tsx')).WorkspaceSwitcher,
}));
const CopiedNotice = lazy(async () => ({
  default: (await import('../../ui/copied-notice.tsx')).CopiedNotice,
}));
const SignIn = lazy(async () => ({ default: (await import('../sign-in/sign-in.tsx')).SignIn }));

/** As the browser would, if `<base>` did not make a place on this page out of it that is on another. */
function skipToContent(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

/** The frame of every page. Whoever is not signed in signs in at the address that they came for. */
export function Shell() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const { workspace = null } = useSearch({ from: '__root__' });
  const [isOpen, menu] = useDisclosure();

  if (session.isError && session.data === undefined)
    return (
      <Container size="sm" py="xl">
        <ErrorBox error={session.error} onRetry={() => void session.refetch()} />
      </Container>
    );
  if (session.data === undefined)
    return (
      <Center mih="60vh">
        <Loader aria-label={t('loading')} />
      </Center>
    );
  if (session.data === null)
    return (
      <Suspense>
        <SignIn />
      </Suspense>
    );
  return (
    <SessionProvider value={session.data}>
      <LiveProvider workspace={workspace} eventTypes={consoleData().eventTypes} key={workspace}>
        <AppShell
          header={{ height: 56 }}
          navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
          padding="md"
        >
          <a href="#content" className="skip-link" onClick={skipToContent}>
            {t('skipToContent')}
          </a>
          <AppShell.Header>
            <Group h="100%" px="md" justify="space-between" wrap="nowrap">
              <Group gap="sm" wrap="nowrap">
                <Burger
                  opened={isOpen}
                  onClick={menu.toggle}
                  hiddenFrom="sm"
                  size="sm"
                  aria-label={t('nav.menu')}
                  aria-expanded={isOpen}
                />
                <Text fw={700}>{t('product')}</Text>
              </Group>
              <Group gap="xs" wrap="nowrap" miw={0}>
                <Keyboard />
                <StreamIndicator />
                <PersonMenu />
              </Group>
            </Group>
          </AppShell.Header>
          <AppShell.Navbar p="xs">
            {session.data.workspaces.length > 1 && (
              <Suspense>
                <WorkspaceSwitcher onGo={menu.close} />
              </Suspense>
            )}
            <Navigation onGo={menu.close} />
          </AppShell.Navbar>
          <AppShell.Main id="content" tabIndex={-1}>
            <Container size="xl" px={0}>
              <DialogHost>
                <NoWorkerBanner />
                <Outlet />
              </DialogHost>
            </Container>
          </AppShell.Main>
        </AppShell>
        <Suspense>
          <CopiedNotice />
        </Suspense>
      </LiveProvider>
    </SessionProvider>
  );
}
