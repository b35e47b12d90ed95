/** A service token as the API shows it; `token` only in the answer that makes it. */
export interface ServiceToken {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly owner: string | null;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly allowedAddresses: readonly string[] | null;
  readonly token?: string;
}

/** The path of one, or of what is done to it. */
export function pathOf(id: string, action = ''): string {
  return `/v1/service-tokens/${encodeURIComponent(id)}${action}`;
}

/** What a person wants to see of it on one line. */
export function rowOf({ id, name, role, owner, expiresAt, lastUsedAt, allowedAddresses }: ServiceToken) {
  return {
    id,
    name,
    role,
    owner,
    expires: expiresAt,
    'last used': lastUsedAt,
    networks: allowedAddresses?.join(' ') ?? null,
  };
}
