import { auditActions } from '@latchkey/core/audit';
import { eventTypes } from '@latchkey/core/events';
import type { Route } from '../../api.ts';
import { webShell } from '../../pages/web-shell.ts';
import { sendErrorPage, sendPage } from '../oauth/page-errors.ts';
import { consoleAreas } from './areas.ts';

const paths = ['/', '/credentials/:id', ...consoleAreas.map((area) => `/${area}`)];

export const consolePagesRoute: Route = (api) => {
  const issuer = api.consoleSignIn?.issuer ?? null;
  const data = {
    issuer: issuer === null ? null : new URL(issuer).host,
    eventTypes: Object.keys(eventTypes),
    auditActions,
  };
  for (const path of paths) {
    api.get(
      path,
      {
        schema: { hide: true },
        config: { permission: 'public', audit: null, limit: 'read', headers: 'console' },
        errorHandler: sendErrorPage,
      },
      async ({ frame }, reply) => sendPage(reply, await webShell('console', { ...frame, data })),
    );
  }
};
