import { Option } from 'commander';
import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './queue.ts';

interface Job {
  readonly authorizationId: string;
  readonly workspaceId: string;
  readonly provider: string;
  readonly attempts: number;
  readonly error: { readonly code: string } | null;
  readonly canRetry: boolean;
}

const states = ['waiting', 'active', 'delayed', 'failed'];

/** `latchkey queues jobs`: the newest jobs of a queue that are in one state. */
export const jobsCommand: AddSubcommand = (group, options, env) => {
  group
    .command('jobs')
    .argument('<queue>')
    .description('list the newest jobs of a queue that are in one state')
    .addOption(new Option('--state <state>', 'in which state').choices(states).default('waiting'))
    .action(async (queue: string, { state }: { state: string }) => {
      const { body } = await apiOf(options(), env).call('GET', `${pathOf(queue, 'jobs')}?state=${state}`);
      const { items } = body as { items: readonly Job[] };
      print(
        options(),
        body,
        items.map(({ authorizationId, workspaceId, provider, attempts, error, canRetry }) => ({
          authorization: authorizationId,
          workspace: workspaceId,
          provider,
          attempts,
          error: error?.code ?? null,
          'can retry': canRetry,
        })),
      );
    });
};
