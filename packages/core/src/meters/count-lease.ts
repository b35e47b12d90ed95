import { AuditUnavailable } from '../audit/index.ts';
import { isDatabaseAway } from '../db/index.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import { isKeyServiceAway } from '../vault/index.ts';
import type { LeaseMeters } from './lease-meters.ts';

/** Counts a request for a lease by its end. @throws what `issue` throws */
export async function countLease<T>(
  meters: LeaseMeters,
  provider: string,
  issue: () => Promise<T>,
): Promise<T> {
  try {
    const lease = await issue();
    meters.leaseEnded({ provider, result: 'served' });
    return lease;
  } catch (error) {
    meters.leaseEnded({ provider, result: codeOf(error) });
    throw error;
  }
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof Problem) return error.code;
  if (isKeyServiceAway(error)) return 'key_service_unavailable';
  if (isDatabaseAway(error)) return 'service_unavailable';
  return error instanceof AuditUnavailable ? 'audit_unavailable' : 'internal_error';
}
