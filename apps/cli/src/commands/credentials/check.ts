import type { Authorization } from '../authorizations/authorization.ts';
import { finish, noWaitOption } from '../authorizations/finish.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './credential.ts';

/** A command that begins work with a credential and waits for its end. */
function workCommand(name: 'refresh' | 'validate', description: string): AddSubcommand {
  return (group, options, env) => {
    group
      .command(name)
      .argument('<id>')
      .description(description)
      .addOption(noWaitOption())
      .action(async (id: string, { wait }: { wait: boolean }) => {
        const api = apiOf(options(), env);
        const { authorization } = (await api.call('POST', pathOf(id, `/${name}`))).body as {
          authorization: Authorization;
        };
        await finish(api, authorization, { ...options(), wait });
      });
  };
}

/** `latchkey credentials refresh`: a new token, of an account. */
export const refreshCommand = workCommand('refresh', 'get a new token for an account now');

/** `latchkey credentials validate`: whether its provider still takes a key. */
export const validateCommand = workCommand('validate', 'ask the provider whether it still takes a key');
