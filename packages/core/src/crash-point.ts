import { subscribe } from 'node:diagnostics_channel';

/** Steps of a refresh at which a process can be made to die, in their order. docs/refresh-outcomes.md says what follows. */
export const crashPoints = [
  /** The job has begun, nothing is recorded of a presentation. */
  'begun',
  /** Lease and attempt are committed, nothing was sent. */
  'acquired',
  /** The request is on its way, no answer was read. */
  'sent',
  /** Tokens were received, and are in memory only. */
  'received',
  /** The database refused the tokens, and the spill file is written. */
  'spilled',
  /** Journal and credential are written, and not committed. */
  'storing',
  /** Both are committed; the job is not ended. */
  'stored',
  /** An error answer, or none, is known and not recorded. */
  'refused',
  /** It is recorded; the job is not ended. */
  'settled',
  /** A successor from the journal is written to the credential, and not committed. */
  'adopting',
] as const;

export type CrashPoint = (typeof crashPoints)[number];

/** Long enough for the last bytes to leave the machine. */
const onTheWireMs = 100;

/** Does nothing, unless `CRASH_AT` names the point: then the process is killed on the spot, as by a power failure. */
export function crashAt(chosen: CrashPoint | null): (point: CrashPoint) => void {
  const die = () => process.kill(process.pid, 'SIGKILL');
  // No line of ours runs between the last byte of a request and the first of its answer: the HTTP client tells.
  if (chosen === 'sent') subscribe('undici:request:bodySent', () => setTimeout(die, onTheWireMs));
  return (point) => {
    if (point === chosen) die();
  };
}
