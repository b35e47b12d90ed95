const baseSeconds = 2;
const mostSeconds = 900;

/**
 * Exponential back-off with jitter: about 2 s, 4 s, 8 s, … up to 15 min, each shortened by up to a half at random.
 * @param attempts how often it was tried, from 1
 * @param retryAfterSeconds what the provider asked for; it is never undercut and gets up to 10 % on top
 */
export function retryDelaySeconds(
  attempts: number,
  retryAfterSeconds: number | null,
  random: () => number = Math.random,
): number {
  const backoff = Math.min(baseSeconds * 2 ** (attempts - 1), mostSeconds) * (0.5 + random() / 2);
  const asked = (retryAfterSeconds ?? 0) * (1 + random() / 10);
  return Math.max(backoff, asked);
}
