/** Reads one value out of a text of Prometheus; 0 when the series is not there. */
export function sampleOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  return findSample(text, name, labels) ?? 0;
}

/** Null when the series is not there. Labels that are not named may have any value. */
export function findSample(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | null {
  for (const line of text.split('\n')) {
    const [, found, inner = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (found !== name) continue;
    if (Object.entries(labels).every(([label, expected]) => inner.includes(`${label}="${expected}"`)))
      return Number(value);
  }
  return null;
}
