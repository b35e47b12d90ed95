/**
 * The audit took no entry, for the reason in `cause`. No `Problem`: what a provider has answered must be stored all the
 * same, so a worker tries again.
 */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';

  constructor(cause: unknown) {
    super('The audit cannot be written', { cause });
  }
}
