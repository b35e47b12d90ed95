import { cutText } from '../cut-text.ts';

/** Long enough to be a token, too long to be a word. */
const tokenLike = /[A-Za-z0-9_.~+/=-]{40,}/g;

/**
 * Text of a provider as it may be shown and stored: one line of valid Unicode without control characters, at most 200,
 * without the secrets that were sent and without anything that looks like a token.
 */
export function cleanProviderText(text: string, secrets: readonly string[] = []): string {
  let clean = hideSecrets(text, secrets);
  // Cf: characters that turn the direction of text or hide in it. Cs: halves of pairs, which no database takes.
  clean = clean.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  clean = clean.replace(tokenLike, '[removed]');
  return clean.length > 200 ? `${cutText(clean, 199)}…` : clean;
}

/** Without the secrets, in every spelling in which a server may quote them. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const needles = secrets.filter((each) => each.length >= 4).flatMap(spellings);
  return needles
    .toSorted((a, b) => b.length - a.length)
    .reduce((hidden, needle) => hidden.replaceAll(needle, '[secret]'), text);
}

/** How a server may quote what it was sent: as it is, from a URL, a form, JSON or HTML, or from a Basic header. */
function spellings(secret: string): string[] {
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  const encoded = [encodeURIComponent(secret), form];
  return [
    secret,
    ...encoded,
    ...encoded.map((each) => each.replaceAll(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase())),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64Spellings(secret),
    ...base64Spellings(form),
  ];
}

/** The part that is always the same, wherever in the encoded text the secret stands. [RFC 4648 section 4] */
function base64Spellings(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret, 'utf8')]);
    const certain = bytes
      .toString('base64')
      .slice(Math.ceil((offset * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
