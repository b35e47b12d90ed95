/**
 * Tells what a list shows from what has come in between: rows that were not shown and stand above one that was would
 * push it. What stands below all of them, such as the next page, pushes nothing.
 * @param shown ids of the rows that were on screen; none: all of them are shown
 */
export function splitEntered<T>(
  all: readonly T[],
  shown: ReadonlySet<string>,
  idOf: (row: T) => string,
): { readonly rows: readonly T[]; readonly entered: readonly T[] } {
  const last = all.findLastIndex((row) => shown.has(idOf(row)));
  const isEntered = (row: T, index: number) => index < last && !shown.has(idOf(row));
  return {
    rows: all.filter((row, index) => !isEntered(row, index)),
    entered: all.filter(isEntered),
  };
}
