import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './queue.ts';

/** `latchkey queues retry`: what failed lately and may succeed is queued again. */
export const retryCommand: AddSubcommand = (group, options, env) => {
  group
    .command('retry')
    .argument('<queue>')
    .description('queue again what failed within 24 hours and may succeed, at most 1000 at a time')
    .action(async (queue: string) => {
      const { body } = await apiOf(options(), env).call('POST', pathOf(queue, 'retry'));
      const { retried, left } = body as { retried: number; left: number };
      print(options(), body, [{ queue, retried, left }]);
    });
};
