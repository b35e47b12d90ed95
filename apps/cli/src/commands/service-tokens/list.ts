import { print } from '../../output.ts';
import { limitOption, readPages } from '../../read-pages.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { rowOf, type ServiceToken } from './service-token.ts';

/** `latchkey service-tokens list`: without their values, which nobody has any more. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('list the tokens of a workspace; their values are never shown again')
    .addOption(limitOption())
    .action(async ({ limit }: { limit: number }) => {
      const api = apiOf(options(), env);
      const items = await readPages<ServiceToken>(api, '/v1/service-tokens', {}, limit);
      print(options(), { items }, items.map(rowOf));
    });
};
