import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { rowOf, type Queue } from './queue.ts';

/** `latchkey queues list`: how many jobs there are, and who works on them. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('say how many jobs wait, run and failed in each queue, and how many workers there are')
    .action(async () => {
      const { body } = await apiOf(options(), env).call('GET', '/v1/queues');
      const { items, workersAlive } = body as { items: readonly Queue[]; workersAlive: number };
      print(options(), body, items.map(rowOf));
      if (options().json === true) return;
      process.stdout.write(
        workersAlive === 0
          ? '\nNo worker is running. Start one: npm run worker\n'
          : `\nWorker processes: ${workersAlive}\n`,
      );
    });
};
