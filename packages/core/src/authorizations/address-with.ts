/** An address with further members in its query, those that are not null. */
export function addressWith(address: string, members: Readonly<Record<string, string | null>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(members)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}
