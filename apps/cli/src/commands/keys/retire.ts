import { print } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import type { RootKey } from './root-key.ts';

/** `latchkey keys retire`: the end of a root key; afterwards it may be taken out of the configuration. */
export const retireCommand: AddSubcommand = (group, options, env) => {
  group
    .command('retire')
    .argument('<id>')
    .description('end a root key for good; refused while it wraps anything')
    .action(async (id: string) => {
      const path = `/v1/root-keys/${encodeURIComponent(id)}/retire`;
      const key = (await apiOf(options(), env).call('POST', path)).body as RootKey;
      print(options(), key, [{ id: key.id, state: key.state }]);
    });
};
