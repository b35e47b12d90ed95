import { printFacts } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './credential.ts';

/** `latchkey credentials show`: everything about one but its secrets, which no answer has. */
export const showCommand: AddSubcommand = (group, options, env) => {
  group
    .command('show')
    .argument('<id>')
    .description('say everything about one of them; its secrets are never shown')
    .action(async (id: string) => {
      printFacts(options(), (await apiOf(options(), env).call('GET', pathOf(id))).body as object);
    });
};
