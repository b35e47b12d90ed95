import { InvalidArgumentError } from 'commander';

export type Pairs = Readonly<Record<string, string>>;

/** For an option that may be given several times: `name=value`. */
export function readPair(text: string, before: Pairs): Pairs {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It looks like name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
