import { readFileSync, statSync } from 'node:fs';
import { ConfigurationError } from '../errors.ts';

/** Bits of group and others that let them read or write. */
const notPrivate = 0o066;

/**
 * The root keys in a file, as they would stand in the variable: there commas separate them, here new lines do as well,
 * and what follows a `#` is a comment.
 * @param variable what the file was named by, for the messages
 * @throws ConfigurationError when it cannot be read, is empty, or holds a key of its own that others may read
 */
export function readRootKeysFile(path: string, variable: string): string {
  let text: string;
  let mode: number;
  try {
    text = readFileSync(path, 'utf8');
    mode = statSync(path).mode;
  } catch (error) {
    throw new ConfigurationError([
      `${variable}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
    ]);
  }
  const entries = text
    .split('\n')
    .flatMap((line) => line.replace(/#.*/s, '').split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0)
    throw new ConfigurationError([`${variable}: ${path} is empty; restore it from a backup`]);
  // Windows has no such bits. The name of a key in a service is no secret: it has a second colon, and base64 has none.
  const isLocal = entries.some((entry) => entry.split(':').length < 3);
  if (isLocal && process.platform !== 'win32' && (mode & notPrivate) !== 0) {
    const octal = (mode & 0o777).toString(8);
    throw new ConfigurationError([
      `${variable}: ${path} holds a key, and others than its owner may read or write it (mode ${octal}). Run: chmod 600 ${path}`,
    ]);
  }
  return entries.join(',');
}
