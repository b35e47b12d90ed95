import { confirm } from '../../terminal.ts';
import type { Authorization } from '../authorizations/authorization.ts';
import { finish, noWaitOption } from '../authorizations/finish.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, type Credential } from './credential.ts';

interface RemoveOptions {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly wait: boolean;
}

/** `latchkey credentials remove`: also at its provider, where that can be done. */
export const removeCommand: AddSubcommand = (group, options, env) => {
  group
    .command('remove')
    .argument('<id>')
    .description('end a credential, also at its provider; asks first')
    .option('--yes', 'do not ask')
    .option('--force', 'also when it was leased in the last 24 hours')
    .addOption(noWaitOption())
    .action(async (id: string, { yes, force = false, wait }: RemoveOptions) => {
      const api = apiOf(options(), env);
      if (yes !== true) {
        const { name, provider } = (await api.call('GET', pathOf(id))).body as Credential;
        await confirm(`Remove "${name}" of ${provider}?`);
      }
      const { body } = await api.call('DELETE', `${pathOf(id)}${force ? '?force=true' : ''}`);
      const { authorization } = body as { authorization: Authorization };
      await finish(api, authorization, { ...options(), wait });
    });
};
