import type { OAuth2Method } from '../providers/index.ts';

/**
 * The scopes of a token answer, each under the name by which it was asked for; null if the answer does not say, which
 * means "as asked" (RFC 6749 section 5.1). Some answer with commas. What PostgreSQL cannot keep separates too: an
 * odd scope must not cost the tokens that came with it.
 */
export function readScopes(method: OAuth2Method, scope: string | undefined): string[] | null {
  if (scope === undefined) return null;
  const normalize = (each: string) => method.normalizeScope?.(each) ?? each;
  const asked = new Map(method.scopes.map((each) => [normalize(each), each]));
  const granted = scope.split(/[\s,\p{Cc}\p{Cs}]+/u).filter((each) => each !== '');
  return [...new Set(granted.map((each) => asked.get(normalize(each)) ?? each))];
}

/** What was asked for and not granted. */
export function missingScopes(method: OAuth2Method, granted: readonly string[]): string[] {
  return method.scopes.filter(
    (scope) => !granted.includes(scope) && !method.scopesNotReturned.includes(scope),
  );
}
