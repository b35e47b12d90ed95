/**
 * One text for one value: members sorted by the UTF-16 units of their names, no white space, strings and numbers
 * as `JSON.stringify` writes them. This is RFC 8785 for everything that comes out of a `jsonb` column.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
