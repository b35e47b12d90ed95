import { Option } from 'commander';
import { print } from '../../output.ts';
import { limitOption, readPages } from '../../read-pages.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { rowOf, type Authorization } from './authorization.ts';

const statuses = ['awaiting_consent', 'queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled'];
export const kinds = ['validate_key', 'exchange_code', 'refresh_token', 'revoke'];

interface ListOptions {
  readonly provider?: string;
  readonly status?: string;
  readonly kind?: string;
  readonly credential?: string;
  readonly limit: number;
}

/** `latchkey authorizations list`: the newest first. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('list what was authorized, checked, refreshed and removed, the newest first')
    .option('--provider <provider>', 'of this provider')
    .addOption(new Option('--status <status>', 'as it stands').choices(statuses))
    .addOption(new Option('--kind <kind>', 'of this kind').choices(kinds))
    .option('--credential <id>', 'of this credential')
    .addOption(limitOption())
    .action(async ({ credential: credentialId, limit, ...filter }: ListOptions) => {
      const query = { ...filter, credentialId };
      const api = apiOf(options(), env);
      const items = await readPages<Authorization>(api, '/v1/authorizations', query, limit);
      print(
        options(),
        { items },
        items.map((item) => ({ ...rowOf(item), created: item.createdAt })),
      );
    });
};
