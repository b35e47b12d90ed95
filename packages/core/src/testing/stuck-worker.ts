/** A process whose handlers never end, for tests that kill it: `stuck-worker.ts <redis url or ''> <database url> <prefix>`. */
import { openTransport } from '../queues/index.ts';
import { handlersWith, silentLog } from './scratch-transport.ts';

const [redisUrl = '', databaseUrl = '', prefix = ''] = process.argv.slice(2);
const transport = await openTransport({ redisUrl: redisUrl || null, databaseUrl, log: silentLog, prefix });
const handler = (_data: unknown, { jobId }: { jobId: string }) => {
  process.stdout.write(jobId);
  return new Promise<void>(() => undefined);
};
await transport.startWorkers(handlersWith({ 'validate-key': handler }), { concurrency: 1 });
