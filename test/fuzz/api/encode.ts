/** Percent-encodes like a client that does not look at what it sends: also halves of surrogate pairs, as CESU-8. */
export function encode(text: string): string {
  const parts = text.split(/\p{Cs}/u).map((part) => encodeURIComponent(part));
  return parts.join('%ED%A0%80');
}

/** A value that says it is encoded already stays as it is, so that malformed encodings are sent too. */
export function encodeOnce(text: string): string {
  return /%/.test(text) && /^[\x21-\x7e]*$/.test(text) ? text : encode(text);
}
