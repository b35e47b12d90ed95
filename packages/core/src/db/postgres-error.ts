/** The constraint that a statement broke, or null when the error is another one. */
export function violatedConstraint(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, constraint } = cause as { code?: unknown; constraint?: unknown };
    if ((code === '23505' || code === '23514') && typeof constraint === 'string') return constraint;
  }
  return null;
}

/**
 * SQLSTATE: connection lost or not accepted, read-only standby, too many connections, a statement cut off for its time, a
 * deadlock that another transaction won, shut down by the server (PostgreSQL, Appendix A).
 */
const awayStates = /^(?:08...|25006|25P03|40P01|53...|55000|57014|57P0.)$/;
const awaySystemCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
];
/** What the driver itself says has no code. */
const awayMessages =
  /^Connection terminated|^Client has encountered a connection error|^timeout exceeded when trying to connect/;

/** Whether PostgreSQL could not be reached or cut the connection: "not now" rather than "wrong". */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (
      typeof code === 'string'
        ? awayStates.test(code) || awaySystemCodes.includes(code)
        : awayMessages.test(cause.message)
    )
      return true;
  }
  return false;
}
