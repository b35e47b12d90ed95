import type { CliApi } from '../../api.ts';
import { CommandError } from '../../command-error.ts';
import { print } from '../../output.ts';
import { followJob } from './follow-job.ts';
import { apiOf, type AddSubcommand, type Options } from '../command-group.ts';
import type { KeyJob } from './progress.ts';

/** `latchkey keys rewrap`: the primary root key wraps every data key. */
export const rewrapCommand: AddSubcommand = (group, options, env) => {
  group
    .command('rewrap')
    .description('wrap every data key anew with the primary root key, and follow that')
    .action(async () => {
      const api = apiOf(options(), env);
      await follow(api, await start(api, { kind: 'rewrap' }), options());
    });
};

/** `latchkey keys rotate-data`: new data keys, and all records under them. */
export const rotateDataCommand: AddSubcommand = (group, options, env) => {
  group
    .command('rotate-data')
    .description(
      'give every workspace, or the one of --workspace, a new data key and encrypt its records anew',
    )
    .action(async () => {
      const { workspace, ...others } = options();
      const api = apiOf(others, env);
      const body = { kind: 'rotate_data', ...(workspace === undefined ? {} : { workspaceId: workspace }) };
      await follow(api, await start(api, body), options());
    });
};

/** `latchkey keys watch`: follows a job that runs. */
export const watchCommand: AddSubcommand = (group, options, env) => {
  group
    .command('watch')
    .argument('<job>')
    .description('follow a rewrap or rotation that is under way')
    .action(async (id: string) => {
      const api = apiOf(options(), env);
      const { body } = await api.call('GET', `/v1/key-jobs/${encodeURIComponent(id)}`);
      await follow(api, body as KeyJob, options());
    });
};

async function start(api: CliApi, body: object): Promise<KeyJob> {
  return (await api.call('POST', '/v1/key-jobs', { body })).body as KeyJob;
}

/** @throws CommandError when the job did not succeed */
async function follow(api: CliApi, job: KeyJob, options: Options): Promise<void> {
  const { id, kind, status, done, skipped, error, ...rest } = await followJob(api, job);
  print(options, { id, kind, status, done, skipped, error, ...rest }, [{ id, kind, status, done }]);
  if (status === 'running')
    process.stderr.write(
      `The job goes on without you. Follow it: latchkey keys watch ${id}; end it: latchkey keys cancel ${id}\n`,
    );
  if (status === 'failed') throw new CommandError(`The job failed: ${error ?? 'no reason was given'}.`);
  if (status === 'cancelled') throw new CommandError('The job was cancelled.');
}
