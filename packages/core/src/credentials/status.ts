/** `pending → active → (reauthorization_required | invalid) → active …`, `revoking → (erased)`. */
export const credentialTransitions = {
  pending: ['active', 'invalid', 'revoking'],
  active: ['pending', 'reauthorization_required', 'invalid', 'revoking'],
  reauthorization_required: ['active', 'revoking'],
  invalid: ['pending', 'active', 'revoking'],
  revoking: [],
} as const satisfies Record<string, readonly string[]>;

export type CredentialStatus = keyof typeof credentialTransitions;

/** `refresh_failing`: transient trouble at the provider; the token at hand may still be good. */
export type CredentialHealth = 'ok' | 'refresh_failing';

/** The statuses from which `to` may be reached: the guard of every conditional update. */
export function credentialStatusesBefore(to: CredentialStatus): CredentialStatus[] {
  return (Object.keys(credentialTransitions) as CredentialStatus[]).filter((from) =>
    (credentialTransitions[from] as readonly CredentialStatus[]).includes(to),
  );
}
