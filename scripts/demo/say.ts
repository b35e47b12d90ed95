const colour = (code: number, text: string) =>
  process.stdout.isTTY ? `\u001B[${code}m${text}\u001B[0m` : text;

/** How the demo talks. */
export const say = {
  title: (text: string) => console.log(`\n${colour(1, text)}`),
  step: (text: string) => console.log(`\n${colour(36, '▸')} ${colour(1, text)}`),
  fact: (text: string) => console.log(`  ${text}`),
  event: (type: string, text: string) => console.log(colour(90, `    ⚡ ${type} ${text}`)),
  failure: (text: string) => console.error(`\n${colour(31, '✗')} ${text}`),
};

/** @throws Error with what was expected, which ends the demo with exit code 1 */
export function expect(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Expected ${what}.`);
}
