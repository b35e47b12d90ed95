import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, rowOf, type Credential } from './credential.ts';

/** `latchkey credentials rename`. */
export const renameCommand: AddSubcommand = (group, options, env) => {
  group
    .command('rename')
    .argument('<id>')
    .argument('<name>')
    .description('give a credential another name')
    .action(async (id: string, name: string) => {
      const { body } = await apiOf(options(), env).call('PATCH', pathOf(id), { body: { name } });
      print(options(), body, [rowOf(body as Credential)]);
    });
};

/** `latchkey credentials set-default`: the one that a lease without a credential gets. */
export const setDefaultCommand: AddSubcommand = (group, options, env) => {
  group
    .command('set-default')
    .argument('<id>')
    .description('make a credential the one of its provider that is leased when none is named')
    .action(async (id: string) => {
      const { body } = await apiOf(options(), env).call('PATCH', pathOf(id), { body: { isDefault: true } });
      print(options(), body, [rowOf(body as Credential)]);
    });
};
