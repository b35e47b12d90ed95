/** The pages of the console: each has an address of its own that can be opened, and this app answers it with the console. */
export const consoleAreas = [
  'data-sources',
  'overview',
  'activity',
  'authorizations',
  'jobs',
  'audit',
  'oauth-clients',
  'service-tokens',
  'keys',
  'people',
] as const;

export type ConsoleArea = (typeof consoleAreas)[number];
