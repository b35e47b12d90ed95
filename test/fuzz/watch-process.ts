/** What happens to this process, in which the API and the worker run, while it is fuzzed. */
export interface ProcessWatch {
  /** What went wrong since the last call. */
  take(): string[];
  stop(): void;
}

const tickMs = 50;
const longestMs = 1_000;

/**
 * Counts the processor time of this thread between two turns of the event loop, not the time on the wall: another
 * process that takes the processor away is no finding.
 */
export function watchProcess(): ProcessWatch {
  const noted: string[] = [];
  let used = cpuMs();
  const look = () => {
    const now = cpuMs();
    if (now - used > longestMs)
      noted.push(`the event loop was blocked for ${Math.round(now - used)} ms of processor time`);
    used = now;
  };
  const timer = setInterval(look, tickMs);
  const onRejection = (error: unknown) => noted.push(`an unhandled rejection: ${String(error)}`);
  process.on('unhandledRejection', onRejection);
  return {
    take() {
      return noted.splice(0);
    },
    stop() {
      clearInterval(timer);
      process.off('unhandledRejection', onRejection);
    },
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
