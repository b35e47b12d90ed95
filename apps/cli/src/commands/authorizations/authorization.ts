/** An authorization as the API shows it. */
export interface Authorization {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly provider: string;
  readonly credentialId: string | null;
  readonly attempts: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** The path of one, or of what is done to it. */
export function pathOf(id: string, action = ''): string {
  return `/v1/authorizations/${encodeURIComponent(id)}${action}`;
}

/** What a person wants to see of it on one line. */
export function rowOf({ id, kind, status, provider, credentialId, attempts, error }: Authorization) {
  return { id, kind, status, provider, credential: credentialId, attempts, error: error?.code ?? null };
}
