export const columns = ['provider', 'client', 'redirectUri', 'credentials', 'actions'] as const;
