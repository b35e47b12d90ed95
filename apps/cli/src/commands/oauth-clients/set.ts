import { Option } from 'commander';
import { print } from '../../output.ts';
import { readSecrets } from '../../terminal.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { readPair, type Pairs } from '../read-pair.ts';
import { pathOf, rowOf, type OAuthClient } from './oauth-client.ts';

interface SetOptions {
  readonly clientId: string;
  readonly keepSecret?: boolean;
  readonly param: Pairs;
}

/** `latchkey oauth-clients set`: a client of one's own for a provider. */
export const setCommand: AddSubcommand = (group, options, env) => {
  group
    .command('set')
    .argument('<provider>')
    .description(
      'use an OAuth client of your own; its secret is asked for, or the first line of standard input',
    )
    .requiredOption('--client-id <id>', 'as the provider calls it')
    .option('--keep-secret', 'the stored secret stays, and none is asked for')
    .addOption(
      new Option('--param <name=value>', 'such as the tenant; repeatable')
        .default({}, 'none')
        .argParser(readPair),
    )
    .action(async (provider: string, { clientId, keepSecret, param }: SetOptions) => {
      const api = apiOf(options(), env);
      const [clientSecret] = keepSecret === true ? [] : await readSecrets(['Client secret']);
      const body = {
        clientId,
        ...(clientSecret === undefined ? {} : { clientSecret }),
        ...(Object.keys(param).length === 0 ? {} : { params: param }),
      };
      const client = (await api.call('PUT', pathOf(provider), { body })).body as OAuthClient;
      print(options(), client, [rowOf(provider, client)]);
    });
};
