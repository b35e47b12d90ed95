import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processIdentity } from './process-identity.ts';

/** What `npm start` has given to its parts, for a part that is started by hand. As private as the keys beside it. */
interface Running {
  readonly pid: number;
  readonly identity: string | null;
  readonly variables: Readonly<Record<string, string>>;
}

const fileIn = (dataDir: string) => join(dataDir, 'running.json');

/**
 * Leaves a note of what parts were given beyond the environment of this process. It goes when this process ends.
 * @param env of the parts
 */
export function noteRunning(dataDir: string, env: NodeJS.ProcessEnv): void {
  const added = Object.entries(env).filter(([name, value]) => value !== process.env[name]);
  const running: Running = {
    pid: process.pid,
    identity: processIdentity(process.pid),
    variables: Object.fromEntries(added.map(([name, value = '']) => [name, value])),
  };
  writeFileSync(fileIn(dataDir), JSON.stringify(running), { mode: 0o600 });
  process.once('exit', () => rmSync(fileIn(dataDir), { force: true }));
}

/** @returns the variables of the `npm start` that runs on the data directory; none when there is no such */
export function readRunning(dataDir: string): Readonly<Record<string, string>> {
  try {
    const { pid, identity, variables } = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Running;
    return identity !== null && processIdentity(pid) === identity ? variables : {};
  } catch {
    return {};
  }
}
