import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';

interface Provider {
  readonly id: string;
  readonly authMethods: readonly {
    readonly type: string;
    readonly client?: { readonly mode: string; readonly redirectUri: string };
  }[];
}

/** `latchkey oauth-clients list`: which client new connections of each provider use. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('say which client new connections of each provider use')
    .action(async () => {
      const { body } = await apiOf(options(), env).call('GET', '/v1/providers');
      const { items } = body as { items: readonly Provider[] };
      const rows = items.flatMap(({ id, authMethods }) =>
        authMethods.flatMap(({ client }) =>
          client === undefined
            ? []
            : [{ provider: id, mode: client.mode, 'redirect uri': client.redirectUri }],
        ),
      );
      print(options(), { items: rows }, rows);
    });
};
