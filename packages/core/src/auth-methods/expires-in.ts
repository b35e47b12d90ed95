const tenYears = 10 * 365 * 86_400;

/**
 * Seconds that an access token lives. RFC 6749 section 5.1 wants a positive number; absent, zero, negative or
 * unreadable counts as not said, digits in a string are taken, more than ten years is ten years.
 */
export function expiresInPolicy(value: unknown, defaultSeconds: number | null): number | null {
  const seconds = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || Number.isNaN(seconds) || seconds < 1) return defaultSeconds;
  return Math.floor(Math.min(seconds, tenYears));
}
