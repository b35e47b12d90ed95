/** What is sent: without the blanks around it that come with a copied key, and without what was left empty. */
export function toSend(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  );
}

/** Worth a remark, no more: only the provider knows what its keys look like. */
export function isOdd({ warnPattern }: { readonly warnPattern: string | null }, value: string): boolean {
  const typed = value.trim();
  return warnPattern !== null && typed !== '' && !new RegExp(warnPattern).test(typed);
}
