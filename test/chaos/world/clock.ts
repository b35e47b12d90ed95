import { existsSync, globSync } from 'node:fs';

/** libfaketime, which the package `faketime` brings; null when this machine has none. */
const library: string | null =
  [...globSync('/usr/lib/*/faketime/libfaketimeMT.so.1'), '/usr/local/lib/faketime/libfaketimeMT.so.1'].find(
    (path) => existsSync(path),
  ) ?? null;

export const canMoveClock = library !== null;

/** What makes a process live at another time of day. Timers, which count from the start of the machine, stay right. */
export function movedClock(offset: '+1h' | '-1h' | '+5m' | '-5m'): NodeJS.ProcessEnv {
  return library === null
    ? {}
    : { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
}
