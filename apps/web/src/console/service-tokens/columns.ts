export const columns = ['name', 'role', 'from', 'expires', 'lastUsed', 'created', 'actions'] as const;
