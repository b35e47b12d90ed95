import { printFacts } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './oauth-client.ts';

/** `latchkey oauth-clients show`: everything about one but its secret. */
export const showCommand: AddSubcommand = (group, options, env) => {
  group
    .command('show')
    .argument('<provider>')
    .description('say everything about the client of a provider; its secret is never shown')
    .action(async (provider: string) => {
      printFacts(options(), (await apiOf(options(), env).call('GET', pathOf(provider))).body as object);
    });
};
