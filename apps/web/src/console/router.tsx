import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import * as z from 'zod/mini';
import { basePath } from '../base-url.ts';
import { BrokenPage } from './shell/broken-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { activitySearch } from './activity/search.ts';
import { auditSearch } from './audit/search.ts';
import { authorizationsSearch } from './authorizations/search.ts';
import { credentialSearch } from './credential/search.ts';
import { dataSourcesSearch } from './data-sources/search.ts';
import { jobsSearch } from './jobs/search.ts';
import { oauthClientsSearch } from './oauth-clients/search.ts';
import { overviewSearch } from './overview/search.ts';
import { peopleSearch } from './people/search.ts';
import { serviceTokensSearch } from './service-tokens/search.ts';

/** Filters, sort, page and period are in the address, so that a pasted link shows the same. */
const rootRoute = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: BrokenPage,
  // An address without it means the workspace that requests without a name get.
  validateSearch: z.object({ workspace: z.catch(z.optional(z.string()), undefined) }),
});

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  // Where `connectUrl` of a lease leads: the credential that has to be connected again.
  validateSearch: z.object({ connect: z.catch(z.optional(z.string()), undefined) }),
  beforeLoad: ({ search: { connect, ...search } }) => {
    if (connect !== undefined)
      throw redirect({ to: '/credentials/$id', params: { id: connect }, search, replace: true });
    throw redirect({ to: '/data-sources', search, replace: true });
  },
});

const dataSourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data-sources',
  validateSearch: dataSourcesSearch,
  component: lazyRouteComponent(() => import('./data-sources/data-sources-page.tsx'), 'DataSourcesPage'),
});

const credentialRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/credentials/$id',
  validateSearch: credentialSearch,
  component: lazyRouteComponent(() => import('./credential/credential-page.tsx'), 'CredentialPage'),
});

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/overview',
  validateSearch: overviewSearch,
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const activityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activity',
  validateSearch: activitySearch,
  component: lazyRouteComponent(() => import('./activity/activity-page.tsx'), 'ActivityPage'),
});

const authorizationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/authorizations',
  validateSearch: authorizationsSearch,
  component: lazyRouteComponent(
    () => import('./authorizations/authorizations-page.tsx'),
    'AuthorizationsPage',
  ),
});

const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
  validateSearch: jobsSearch,
  component: lazyRouteComponent(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

const oauthClientsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/oauth-clients',
  validateSearch: oauthClientsSearch,
  component: lazyRouteComponent(() => import('./oauth-clients/oauth-clients-page.tsx'), 'OAuthClientsPage'),
});

const serviceTokensRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/service-tokens',
  validateSearch: serviceTokensSearch,
  component: lazyRouteComponent(
    () => import('./service-tokens/service-tokens-page.tsx'),
    'ServiceTokensPage',
  ),
});

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/keys',
  component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/people',
  validateSearch: peopleSearch,
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    homeRoute,
    dataSourcesRoute,
    credentialRoute,
    overviewRoute,
    activityRoute,
    authorizationsRoute,
    jobsRoute,
    auditRoute,
    oauthClientsRoute,
    serviceTokensRoute,
    keysRoute,
    peopleRoute,
  ]),
  basepath: basePath(),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
