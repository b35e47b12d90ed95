/** A line of the palette. */
export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  /** Why it cannot be chosen. */
  readonly forbidden?: string | undefined;
  readonly run: () => void;
}

/** Every word of what was typed is in the label, in any order. */
export function filterItems(items: readonly PaletteItem[], text: string): PaletteItem[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ label }) => words.every((word) => label.toLowerCase().includes(word)));
}
