/** What a check may remark about a key that it accepted, by its code. Codes are part of the contract: add, never rename. */
export const notices = {
  key_not_checked: 'Reachable, key not checked',
} as const;

export type NoticeCode = keyof typeof notices;
