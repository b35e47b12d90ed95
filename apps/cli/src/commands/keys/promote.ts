import { print } from '../../output.ts';
import { apiOf, type AddKeysCommand, type RootKey } from './keys-command.ts';

/** `latchkey keys promote`: the key wraps new data keys from now on. */
export const promoteCommand: AddKeysCommand = (group, options, env) => {
  group
    .command('promote')
    .argument('<id>')
    .description('let a root key wrap new data keys; refused while a process cannot use it')
    .action(async (id: string) => {
      const path = `/v1/root-keys/${encodeURIComponent(id)}/promote`;
      const key = (await apiOf(options(), env).call('POST', path)).body as RootKey;
      print(options(), key, [{ id: key.id, state: key.state }]);
    });
};
