import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import type { KeyJob } from './progress.ts';

/** `latchkey keys cancel`: ends a job; what it has done stays. */
export const cancelCommand: AddSubcommand = (group, options, env) => {
  group
    .command('cancel')
    .argument('<job>')
    .description('end a rewrap or rotation before its time; what it has done stays')
    .action(async (job: string) => {
      const path = `/v1/key-jobs/${encodeURIComponent(job)}/cancel`;
      const { body } = await apiOf(options(), env).call('POST', path);
      const { id, status, done, total } = body as KeyJob;
      print(options(), body, [{ id, status, done, total }]);
    });
};
