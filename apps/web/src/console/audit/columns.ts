export const columns = ['sequence', 'at', 'actor', 'action', 'subject', 'outcome'] as const;
