import { CommandError } from './command-error.ts';

/** A time that was typed, such as 2026-11-01 or 2026-11-01T12:00:00Z, as the API takes it. @throws CommandError */
export function readTime(text: string): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new CommandError(`"${text}" is not a time.`, 2);
  return time.toISOString();
}
