/** A reason to stop that is told to the person at the terminal as it is, without a stack trace. */
export class StopError extends Error {
  override readonly name = 'StopError';
}
