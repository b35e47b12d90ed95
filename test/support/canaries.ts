import { randomBytes } from 'node:crypto';

/** A place where a secret was found that it should not be in. */
export interface Hit {
  readonly secret: string;
  readonly as: string;
  readonly source: string;
  /** What stands around it. */
  readonly context: string;
}

/** So many characters of a random value are no coincidence: a piece that was cut out of a secret counts too. */
const fragmentLength = 8;

/** Secrets that nobody can confuse with anything, and the search for them in every usual spelling. */
export class Canaries {
  readonly #needles = new Map<string, { secret: string; as: string }>();
  readonly #fragments = new Map<string, string>();
  readonly #names = new Set<string>();

  /** A value of its own, with characters that JSON, URLs and HTML each spell differently. */
  make(secret: string, publicPrefix = ''): string {
    const random = () => randomBytes(12).toString('base64url');
    return this.watch(secret, `${publicPrefix}${random()}"/+~!%<&${random()}`, publicPrefix);
  }

  /** Looks for a value that came from elsewhere. `publicPrefix` is what many values begin with. */
  watch(secret: string, value: string, publicPrefix = ''): string {
    if (value.length < publicPrefix.length + fragmentLength)
      throw new Error(`too short to look for: ${secret}`);
    this.#names.add(secret);
    for (const [as, needle] of spellings(value)) this.#needles.set(needle, { secret, as });
    for (let at = publicPrefix.length; at + fragmentLength <= value.length; at += 1) {
      this.#fragments.set(value.slice(at, at + fragmentLength), secret);
    }
    return value;
  }

  names(): string[] {
    return [...this.#names];
  }

  find(source: string, text: string): Hit[] {
    const hits: Hit[] = [];
    const at = (position: number) => text.slice(Math.max(0, position - 80), position + 80);
    for (const [needle, { secret, as }] of this.#needles) {
      const position = text.indexOf(needle);
      if (position >= 0) hits.push({ secret, as, source, context: at(position) });
    }
    if (hits.length > 0) return hits;
    for (let position = 0; position + fragmentLength <= text.length; position += 1) {
      const secret = this.#fragments.get(text.slice(position, position + fragmentLength));
      if (secret !== undefined) return [{ secret, as: 'a piece', source, context: at(position) }];
    }
    return hits;
  }
}

function spellings(value: string): [as: string, needle: string][] {
  const bytes = Buffer.from(value, 'utf8');
  const form = new URLSearchParams({ value }).toString().slice('value='.length);
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return [
    ['plain text', value],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(value).slice(1, -1)).slice(1, -1)],
    ['URL encoding', encodeURIComponent(value)],
    ['form encoding', form],
    ['HTML', html],
    ['hex', bytes.toString('hex')],
    ['hex', bytes.toString('hex').toUpperCase()],
    ...base64(bytes).map((needle): [string, string] => ['base64', needle]),
    ...base64(bytes).map((needle): [string, string] => [
      'base64url',
      needle.replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ];
}

/** How the bytes look inside base64 of something longer: at each of three offsets, without the characters that mix with neighbours. */
function base64(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const end = ((offset + bytes.length) * 8) % 6 === 0 ? text.length : text.length - 1;
    return text.slice(Math.ceil((offset * 8) / 6), end);
  });
}
