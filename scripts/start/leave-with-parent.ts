/**
 * Loaded with `--import` into every part that the supervisor starts: when the supervisor is gone, however it
 * died, the channel to it closes and the part ends too.
 */
import { isMainThread } from 'node:worker_threads';

const graceMs = 10_000;

if (isMainThread && process.channel !== undefined) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(1), graceMs).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel?.unref();
}
