import { print } from '../../output.ts';
import { confirm } from '../../terminal.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, rowOf, type OAuthClient } from './oauth-client.ts';

/** `latchkey oauth-clients remove`: the client of the workspace; the default one stays. */
export const removeCommand: AddSubcommand = (group, options, env) => {
  group
    .command('remove')
    .argument('<provider>')
    .description('remove the OAuth client of your own; asks first')
    .option('--yes', 'do not ask')
    .action(async (provider: string, { yes }: { yes?: boolean }) => {
      const api = apiOf(options(), env);
      if (yes !== true) {
        const { credentials } = (await api.call('GET', pathOf(provider))).body as OAuthClient;
        await confirm(`${credentials} credential(s) were connected by it. Remove the client of ${provider}?`);
      }
      const client = (await api.call('DELETE', pathOf(provider))).body as OAuthClient;
      print(options(), client, [rowOf(provider, client)]);
    });
};
