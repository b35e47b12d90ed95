import type { Logger } from 'pino';

export interface Outage {
  /** Logs the first failure and keeps quiet until it is over. */
  began(error: unknown): void;
  ended(): void;
}

/**
 * One line when something goes away and one when it is back, however often it is tried in between.
 * Only the message is logged: errors of clients hold the command, and with it a password or a job.
 * @param subject starts the sentence: "The event bus"
 */
export function watchOutage(log: Pick<Logger, 'info' | 'warn'>, subject: string): Outage {
  let down = false;
  return {
    began(error) {
      if (down) return;
      down = true;
      log.warn({ reason: reasonOf(error) }, `${subject} is not available`);
    },
    ended() {
      if (!down) return;
      down = false;
      log.info(`${subject} is available again`);
    },
  };
}

/** An AggregateError (a host name with several addresses) has no message of its own. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
