type Rgb = readonly [number, number, number];

function parse(colour: string): Rgb {
  const channel = (at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

function format(colour: Rgb): string {
  return `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, contrast ratio of two colours `#rrggbb`: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(parse(one)), luminance(parse(other))].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** The text that can be read on a colour. One of the two always can, at 4.5 to 1 and more. */
export function textOn(colour: string): '#000000' | '#ffffff' {
  return contrast(colour, '#ffffff') >= contrast(colour, '#000000') ? '#ffffff' : '#000000';
}

/** The colour itself, or as little lighter or darker as it takes to be read on a background. */
export function readableOn(colour: string, background: string): string {
  const from = parse(colour);
  const towards = parse(textOn(background));
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = format(
      from.map((channel, index) => channel + ((towards[index] ?? 0) - channel) * share) as unknown as Rgb,
    );
    if (contrast(mixed, background) >= 4.5) return mixed;
  }
  return format(towards);
}
