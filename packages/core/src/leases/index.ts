export { issueLease, type IssueLeaseInput, type Lease } from './issue-lease.ts';
export { openLeaseBatches, type LeaseBatches } from './lease-batches.ts';
export { reportLease } from './report-lease.ts';
