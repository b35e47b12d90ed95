/** What each role may do. Enforced in one place: `requirePermission`. */
export const permissions = [
  'provider:read',
  'credential:read',
  'credential:write',
  'authorization:read',
  'authorization:write',
  'oauth_client:read',
  'oauth_client:write',
  'lease:issue',
  'event:read',
  'audit:read',
  /** All of it, entries about what is private to somebody included. */
  'audit:manage',
  'service_token:manage',
  'session:manage',
  'workspace:manage',
  'key:manage',
  'queue:manage',
  'metrics:read',
] as const;

export type Permission = (typeof permissions)[number];

const viewer = [
  'provider:read',
  'credential:read',
  'authorization:read',
  'oauth_client:read',
  'event:read',
  'audit:read',
  // Their own; those of others are the instance administrators'.
  'session:manage',
] as const;

const editor = [...viewer, 'credential:write', 'authorization:write', 'oauth_client:write'] as const;

export const rolePermissions = {
  admin: permissions,
  editor,
  runner: ['lease:issue'],
  viewer,
} as const satisfies Record<string, readonly Permission[]>;

export type Role = keyof typeof rolePermissions;

export const roles = Object.keys(rolePermissions) as [Role, ...Role[]];

export function roleMay(role: Role, permission: Permission): boolean {
  return (rolePermissions[role] as readonly Permission[]).includes(permission);
}
