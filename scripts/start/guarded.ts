import { fileURLToPath } from 'node:url';

interface Guarded {
  /** What ends the program properly. */
  readonly stopSignal: NodeJS.Signals;
  readonly command: readonly string[];
  /** Whom it runs as; as whoever runs this process when null. */
  readonly ids?: { readonly uid: number; readonly gid: number } | null;
}

const guard = fileURLToPath(new URL('guard.ts', import.meta.url));

/** Arguments of Node that run a program under the guard: it ends when this process does. */
export function guarded({ stopSignal, command, ids = null }: Guarded): string[] {
  return [guard, stopSignal, String(ids?.uid ?? '-'), String(ids?.gid ?? '-'), ...command];
}
