/** A credential as the API shows it. */
export interface Credential {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly authMethod: string;
  readonly status: string;
  readonly health: string;
  readonly isDefault: boolean;
  readonly account: { readonly name: string | null };
  readonly expiresAt: string | null;
  readonly lastError: { readonly code: string } | null;
}

/** The path of one, or of what is done to it. */
export function pathOf(id: string, action = ''): string {
  return `/v1/credentials/${encodeURIComponent(id)}${action}`;
}

/** What a person wants to see of it on one line. */
export function rowOf(credential: Credential) {
  const { id, provider, name, status, isDefault, account, expiresAt, lastError } = credential;
  return {
    id,
    provider,
    name,
    status,
    default: isDefault,
    account: account.name,
    expires: expiresAt,
    error: lastError?.code ?? null,
  };
}
