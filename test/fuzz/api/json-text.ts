/**
 * JSON as a tree of what stands in the text: duplicate members, members of a prototype and numbers that no program
 * holds can be said, which a value cannot.
 */
export type JsonText =
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: JsonText])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonText[] }
  | { readonly kind: 'string'; readonly text: string }
  /** Anything else, as it is written: `null`, `1e400`. */
  | { readonly kind: 'raw'; readonly text: string };

/** @param fill what becomes of each text before it is quoted */
export function writeJson(value: JsonText, fill: (text: string) => string): string {
  const quote = (text: string) => JSON.stringify(fill(text));
  switch (value.kind) {
    case 'object':
      return `{${value.members.map(([name, member]) => `${quote(name)}:${writeJson(member, fill)}`).join()}}`;
    case 'array':
      return `[${value.items.map((item) => writeJson(item, fill)).join()}]`;
    case 'string':
      return quote(value.text);
    case 'raw':
      return fill(value.text);
  }
}

/** What happens to one place of a document. */
export interface Mutation {
  readonly kind: 'replace' | 'remove' | 'add' | 'double' | 'wrap';
  /** Which place, counted through the document. */
  readonly at: number;
  readonly name: string;
  readonly value: JsonText;
}

/** Places are numbered from the root down; a number beyond the last begins again. */
export function mutate(document: JsonText, mutation: Mutation): JsonText {
  const place = mutation.at % countPlaces(document);
  let passed = 0;
  const walk = (value: JsonText): JsonText => {
    const here = passed === place;
    passed += 1;
    if (here) return change(value, mutation);
    if (value.kind === 'object')
      return { ...value, members: value.members.map(([name, member]) => [name, walk(member)] as const) };
    if (value.kind === 'array') return { ...value, items: value.items.map(walk) };
    return value;
  };
  return walk(document);
}

function countPlaces(value: JsonText): number {
  const inner =
    value.kind === 'object'
      ? value.members.map(([, member]) => member)
      : value.kind === 'array'
        ? value.items
        : [];
  return inner.reduce((sum, each) => sum + countPlaces(each), 1);
}

function change(value: JsonText, { kind, at, name, value: other }: Mutation): JsonText {
  if (kind === 'wrap') return { kind: 'array', items: [value] };
  if (value.kind !== 'object' || kind === 'replace') return other;
  const { members } = value;
  if (kind === 'add') return { ...value, members: [...members, [name, other]] };
  const chosen = at % Math.max(members.length, 1);
  if (kind === 'remove') return { ...value, members: members.filter((_member, index) => index !== chosen) };
  const [doubled] = members[chosen] ?? [name];
  return { ...value, members: [...members, [doubled, other]] };
}
