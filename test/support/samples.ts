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
  return valuesOf(text, name, labels)[0] ?? null;
}

/** Adds up all series of a name with these labels. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>>): number {
  return valuesOf(text, name, labels).reduce((total, value) => total + value, 0);
}

function valuesOf(text: string, name: string, labels: Readonly<Record<string, string>>): number[] {
  return text.split('\n').flatMap((line) => {
    const [, found, inner = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const isMeant =
      found === name &&
      Object.entries(labels).every(([label, expected]) => inner.includes(`${label}="${expected}"`));
    return isMeant ? [Number(value)] : [];
  });
}
