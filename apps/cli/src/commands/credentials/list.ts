import { Option } from 'commander';
import { print } from '../../output.ts';
import { limitOption, readPages } from '../../read-pages.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { rowOf, type Credential } from './credential.ts';

const statuses = ['pending', 'active', 'reauthorization_required', 'invalid', 'revoking'];
const sorts = ['createdAt', 'name', 'lastUsedAt', 'expiresAt'].flatMap((key) => [key, `-${key}`]);

interface ListOptions {
  readonly provider?: string;
  readonly status?: string;
  readonly health?: string;
  readonly needs?: string;
  readonly search?: string;
  readonly sort?: string;
  readonly limit: number;
}

/** `latchkey credentials list`: those that match every filter. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('list the credentials of a workspace')
    .option('--provider <provider>', 'of this provider')
    .addOption(new Option('--status <status>', 'as it stands').choices(statuses))
    .addOption(
      new Option('--health <health>', 'whether its provider refreshes it').choices(['ok', 'refresh_failing']),
    )
    .addOption(
      new Option('--needs <who>', 'only those that somebody must act on').choices([
        'someone',
        'user',
        'admin',
      ]),
    )
    .option('--search <text>', 'with this in the name or the account')
    .addOption(new Option('--sort <key>', 'in which order; - for the last first').choices(sorts))
    .addOption(limitOption())
    .action(async ({ limit, ...filter }: ListOptions) => {
      const api = apiOf(options(), env);
      const items = await readPages<Credential>(api, '/v1/credentials', { ...filter }, limit);
      print(options(), { items }, items.map(rowOf));
    });
};
