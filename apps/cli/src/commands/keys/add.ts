import { join } from 'node:path';
import { ConfigurationError } from '@latchkey/core/errors.ts';
import { appendRootKey } from '@latchkey/core/vault/append-root-key.ts';
import { CommandError } from '../../command-error.ts';
import { apiOf, type AddSubcommand, type Options } from '../command-group.ts';
import type { RootKeys } from './root-key.ts';

/** `latchkey keys add`: on the host, where the file with the root keys is. No key is ever printed. */
export const addCommand: AddSubcommand = (group, options, env) => {
  group
    .command('add')
    .argument('<id>', 'a name for the key that none before it had')
    .description('on the host: make a root key and add it to the file with the root keys')
    .action(async (id: string) => {
      if ((env['LATCHKEY_ROOT_KEYS'] ?? '').trim() !== '') {
        process.stdout.write(inEnvironment(id));
        return;
      }
      await refuseKnownId(id, options(), env);
      const given = (env['LATCHKEY_ROOT_KEYS_FILE'] ?? '').trim();
      const file = given === '' ? join(env['DATA_DIR'] || '.data', 'root-keys') : given;
      try {
        appendRootKey(file, id);
      } catch (error) {
        if (error instanceof ConfigurationError) throw new CommandError(error.message);
        throw error;
      }
      process.stdout.write(
        `The key "${id}" is in ${file}. Back up that file, give it to every host, and promote the key
when all processes know it:

  latchkey keys list
  latchkey keys promote ${id}
`,
      );
    });
};

function inEnvironment(id: string): string {
  return `The root keys come from LATCHKEY_ROOT_KEYS, which this command cannot change. Make an entry for its end:

  echo "${id}:$(openssl rand -base64 32)"

Append it, after a comma, for every API and worker process, restart them, and then: latchkey keys promote ${id}
`;
}

/** Another key under an id that was used before would stop the next start of every process. */
async function refuseKnownId(id: string, options: Options, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    const { body } = await apiOf(options, env).call('GET', '/v1/root-keys');
    if (!(body as RootKeys).items.some((key) => key.id === id)) return;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`Whether "${id}" was used before could not be checked: ${error.message}\n`);
    return;
  }
  throw new CommandError(`The id "${id}" belongs to a root key already. Choose one that was never used.`);
}
