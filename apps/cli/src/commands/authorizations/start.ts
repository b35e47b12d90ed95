import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';

interface StartOptions {
  readonly name?: string;
  readonly credential?: string;
  readonly allowAccountChange?: boolean;
}

interface Started {
  readonly id: string;
  readonly authorizationUrl: string;
  readonly expiresAt: string;
}

/** `latchkey authorizations start`: an address at which a person connects an account. */
export const startCommand: AddSubcommand = (group, options, env) => {
  group
    .command('start')
    .argument('<provider>')
    .description('print an address at which an account is connected')
    .option('--name <name>', 'of the new credential')
    .option('--credential <id>', 'connect the account of this credential again')
    .option('--allow-account-change', 'let the credential belong to another account afterwards')
    .action(async (provider: string, { credential: credentialId, ...given }: StartOptions) => {
      const body = { provider, ...given, ...(credentialId === undefined ? {} : { credentialId }) };
      const answer = await apiOf(options(), env).call('POST', '/v1/authorizations', { body });
      const { id, authorizationUrl, expiresAt } = answer.body as Started;
      print(options(), answer.body, [{ id, expires: expiresAt, address: authorizationUrl }]);
    });
};
