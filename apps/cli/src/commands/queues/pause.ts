import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, rowOf, type Queue } from './queue.ts';

/** `latchkey queues pause`: no job begins until the queue is resumed. */
export const pauseCommand: AddSubcommand = (group, options, env) => {
  group
    .command('pause')
    .argument('<queue>')
    .description('let no job of a queue begin; what runs goes on')
    .action(async (queue: string) => {
      const { body } = await apiOf(options(), env).call('POST', pathOf(queue, 'pause'));
      print(options(), body, [rowOf(body as Queue)]);
    });
};

/** `latchkey queues resume`: they begin again. */
export const resumeCommand: AddSubcommand = (group, options, env) => {
  group
    .command('resume')
    .argument('<queue>')
    .description('let the jobs of a paused queue begin again')
    .action(async (queue: string) => {
      const { body } = await apiOf(options(), env).call('POST', pathOf(queue, 'resume'));
      print(options(), body, [rowOf(body as Queue)]);
    });
};
