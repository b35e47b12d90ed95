/** Long enough to be a token, too long to be a word. */
const tokenLike = /[A-Za-z0-9_.~+/=-]{40,}/g;

/**
 * Text of a provider as it may be shown and stored: one line without control characters, at most 200 characters,
 * without the secrets that were sent and without anything that looks like a token.
 */
export function cleanProviderText(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets.filter((each) => each.length >= 4).toSorted((a, b) => b.length - a.length)) {
    clean = clean.replaceAll(secret, '[secret]').replaceAll(encodeURIComponent(secret), '[secret]');
  }
  // Cf: characters that turn the direction of text or hide in it.
  clean = clean.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  clean = clean.replace(tokenLike, '[removed]');
  return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean;
}
