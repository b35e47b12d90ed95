export const columns = ['person', 'role', 'browser', 'address', 'signedIn', 'seen', 'actions'] as const;
