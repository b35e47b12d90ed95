type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Prints a result: `value` as JSON with `--json`, else `rows` as a table under the names of their members.
 * Text from the server loses its control characters, so that nothing in a name can move the cursor.
 */
export function print({ json }: { json?: boolean }, value: unknown, rows: readonly Row[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(value, null, 2)}\n` : table(rows));
}

/** Prints one thing: as JSON with `--json`, else each of its members on a line. */
export function printFacts(options: { json?: boolean }, value: object): void {
  const rows = Object.entries(value).map(([fact, found]: [string, unknown]) => ({
    fact,
    value: textOf(found),
  }));
  print(options, value, rows);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns as wide as their widest cell. */
export function table(rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined) return '(none)\n';
  const names = Object.keys(first);
  const lines = [
    names.map((name) => name.toUpperCase()),
    ...rows.map((row) => names.map((name) => cell(row[name]))),
  ];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cell(value: Row[string] | undefined): string {
  return value === null || value === undefined ? '–' : String(value).replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
