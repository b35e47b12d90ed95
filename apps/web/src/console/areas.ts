import type { ConsoleArea } from '@latchkey/api/answers.ts';
import type { Permission } from '../session/session-context.tsx';

interface AreaFacts {
  /** Who may see it; others have it disabled, with the reason. */
  readonly permission: Permission;
}

/** The pages of the navigation, in its order. The server answers each of these paths with this console. */
export const areas = {
  'data-sources': { permission: 'credential:read' },
  overview: { permission: 'authorization:read' },
  activity: { permission: 'event:read' },
  authorizations: { permission: 'authorization:read' },
  jobs: { permission: 'queue:manage' },
  audit: { permission: 'audit:read' },
  'oauth-clients': { permission: 'oauth_client:read' },
  'service-tokens': { permission: 'service_token:manage' },
  keys: { permission: 'key:manage' },
  people: { permission: 'session:manage' },
} as const satisfies Record<ConsoleArea, AreaFacts>;

export type AreaName = keyof typeof areas;
