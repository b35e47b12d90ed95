import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { ConfigurationError } from '../errors.ts';

const idPattern = /^[A-Za-z0-9_.-]{1,32}$/;

/**
 * Makes a root key and puts it at the end of a file of root keys: known to whoever reads the file, and primary once it is
 * promoted. The file is replaced as a whole (mode 600, same owner), so that nobody ever reads a part of it.
 * @throws ConfigurationError when the id is no id or is taken, or the file cannot be read and replaced
 */
export function appendRootKey(file: string, id: string): void {
  if (!idPattern.test(id))
    throw new ConfigurationError([`"${id}" is not an id: 1 to 32 letters, digits, ".", "_" or "-".`]);
  // Its name is the same for everybody: of two at once, one is refused and no key is lost.
  const draft = `${file}.new`;
  let descriptor: number | null = null;
  try {
    descriptor = openSync(draft, 'wx', 0o600);
    const text = readFileSync(file, 'utf8').trimEnd();
    if (idsIn(text).includes(id)) throw new ConfigurationError([`${file} has a key "${id}" already.`]);
    writeSync(descriptor, `${text},\n${id}:${randomBytes(32).toString('base64')}\n`);
    fsyncSync(descriptor);
    keepOwner(file, draft);
    renameSync(draft, file);
  } catch (error) {
    if (descriptor !== null) rmSync(draft, { force: true });
    throw explain(error, file, draft);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function idsIn(text: string): string[] {
  return text.split(/[,\n]/).map((entry) => entry.slice(0, Math.max(0, entry.indexOf(':'))).trim());
}

/** Who runs this may be root, and the processes are not. */
function keepOwner(file: string, draft: string): void {
  const { uid, gid } = statSync(file);
  const own = statSync(draft);
  if (own.uid !== uid || own.gid !== gid) chownSync(draft, uid, gid);
}

function explain(error: unknown, file: string, draft: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error;
  if (code === 'EEXIST')
    return new ConfigurationError([
      `${draft} is there: another key is being added, or that was interrupted. Remove it if nobody is at it.`,
    ]);
  return new ConfigurationError([`${file} cannot be read and replaced (${code}).`]);
}
