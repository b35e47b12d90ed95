import type { LabProvider } from '../../support/lab-providers.ts';

/** What one client knows of one connected account. It alone connects, and deletes, it; everybody leases it. */
export interface Account {
  readonly provider: LabProvider;
  /** Null while it is not connected. */
  credentialId: string | null;
  /** The last lease, for a report that the provider refused it. */
  leaseId: string | null;
}
