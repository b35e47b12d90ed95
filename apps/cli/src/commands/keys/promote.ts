import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import type { RootKey } from './root-key.ts';

/** `latchkey keys promote`: the key wraps new data keys from now on. */
export const promoteCommand: AddSubcommand = (group, options, env) => {
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
