import { Option } from 'commander';
import type { Authorization } from '../authorizations/authorization.ts';
import { finish, noWaitOption } from '../authorizations/finish.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { readPair, type Pairs } from '../read-pair.ts';
import { pathOf, type Credential } from './credential.ts';
import { readKeyFields } from './key-fields.ts';

const secretHelp = `
Secrets are asked for, or read from standard input, a line each in the order of the provider's fields:

  latchkey credentials add-key firecrawl < key.txt`;

const fieldOption = () =>
  new Option('--field <name=value>', 'a field that is no secret, such as baseUrl; repeatable')
    .default({}, 'none')
    .argParser(readPair);

interface AddOptions {
  readonly name?: string;
  readonly private?: boolean;
  readonly field: Pairs;
  readonly wait: boolean;
}

/** `latchkey credentials add-key`: a new credential, and the check of it. */
export const addKeyCommand: AddSubcommand = (group, options, env) => {
  group
    .command('add-key')
    .argument('<provider>')
    .description('add an API key and have it checked')
    .option('--name <name>', 'of the new credential')
    .option('--private', 'for whoever adds it only')
    .addOption(fieldOption())
    .addOption(noWaitOption())
    .addHelpText('after', secretHelp)
    .action(async (provider: string, { name, private: isPrivate, field, wait }: AddOptions) => {
      const api = apiOf(options(), env);
      const body = {
        provider,
        ...(name === undefined ? {} : { name }),
        ...(isPrivate === true ? { visibility: 'private' } : {}),
        fields: await readKeyFields(api, provider, field),
      };
      const answer = await api.call('POST', '/v1/credentials', { body });
      await finish(api, (answer.body as { authorization: Authorization }).authorization, {
        ...options(),
        wait,
      });
    });
};

/** `latchkey credentials replace-key`: other values for the same credential, and the check of them. */
export const replaceKeyCommand: AddSubcommand = (group, options, env) => {
  group
    .command('replace-key')
    .argument('<id>')
    .description('give a credential another key and have it checked; what is left empty stays as it is')
    .addOption(fieldOption())
    .addOption(noWaitOption())
    .addHelpText('after', secretHelp.replace('add-key firecrawl', 'replace-key cred_…'))
    .action(async (id: string, { field, wait }: Pick<AddOptions, 'field' | 'wait'>) => {
      const api = apiOf(options(), env);
      const { provider } = (await api.call('GET', pathOf(id))).body as Credential;
      const body = { fields: await readKeyFields(api, provider, field) };
      const answer = await api.call('PATCH', pathOf(id), { body });
      await finish(api, (answer.body as { authorization: Authorization }).authorization, {
        ...options(),
        wait,
      });
    });
};
