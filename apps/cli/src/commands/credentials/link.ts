import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';

interface Link {
  readonly id: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** `latchkey credentials link`: for somebody who has no account here. */
export const linkCommand: AddSubcommand = (group, options, env) => {
  group
    .command('link')
    .argument('<id>')
    .description('print an address at which somebody without an account here connects it again')
    .action(async (credentialId: string) => {
      const api = apiOf(options(), env);
      const { body } = await api.call('POST', '/v1/connect-sessions', { body: { credentialId } });
      const { id, url, expiresAt } = body as Link;
      print(options(), body, [{ id, expires: expiresAt, address: url }]);
    });
};
