/** "1 min 5 sec", in the language of the page: its two largest units. */
export function duration(seconds: number, language: string): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const whole = Math.round(seconds);
  const first = units.findIndex(([, size]) => whole >= size);
  const from = first === -1 ? units.length - 1 : first;
  let rest = whole;
  const parts: string[] = [];
  for (const [unit, size] of units.slice(from, from + 2)) {
    const value = Math.floor(rest / size);
    rest -= value * size;
    if (value > 0 || parts.length === 0)
      parts.push(
        new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
      );
  }
  return parts.join(' ');
}
