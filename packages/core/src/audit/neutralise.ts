const maxLength = 300;

/** Control characters, line and paragraph separators, and what turns the direction of text around. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * Text from outside as it may stand in an audit entry: on one line, at most 300 UTF-16 units, valid Unicode.
 * What is unprintable becomes nothing, so that no entry can look like two.
 */
export function neutralise(text: string): string {
  const short = text
    .slice(0, maxLength * 2)
    .replace(unprintable, '')
    .slice(0, maxLength);
  return short.isWellFormed() ? short : dropHalfCharacter(short).toWellFormed();
}

function dropHalfCharacter(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}
