import { printFacts } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './authorization.ts';

/** `latchkey authorizations show`: everything about one. */
export const showCommand: AddSubcommand = (group, options, env) => {
  group
    .command('show')
    .argument('<id>')
    .description('say everything about one of them')
    .action(async (id: string) => {
      printFacts(options(), (await apiOf(options(), env).call('GET', pathOf(id))).body as object);
    });
};
