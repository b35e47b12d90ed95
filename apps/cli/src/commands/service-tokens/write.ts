import { Option, type Command } from 'commander';
import { CommandError } from '../../command-error.ts';
import { print } from '../../output.ts';
import { readTime } from '../../read-time.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf, rowOf, type ServiceToken } from './service-token.ts';

interface Given {
  readonly expires?: string;
  readonly network?: readonly string[];
}

/** What can be said of a token when it is made, and later. */
function addOptions(command: Command): Command {
  return command
    .option('--expires <time>', 'when it ends, such as 2027-01-01; never: it does not')
    .option('--network <cidr...>', 'from where it may come; any: from everywhere');
}

function valuesOf({ expires, network }: Given): object {
  return {
    ...(expires === undefined ? {} : { expiresAt: expires === 'never' ? null : readTime(expires) }),
    ...(network === undefined ? {} : { allowedAddresses: network.includes('any') ? null : network }),
  };
}

/** The value goes to standard output and nowhere else. */
function printNew(options: { json?: boolean }, { token, ...rest }: ServiceToken): void {
  print(options, { ...rest, token }, [
    { id: rest.id, name: rest.name, role: rest.role, token: token ?? null },
  ]);
  process.stderr.write('Store the token now: it is never shown again.\n');
}

interface CreateOptions extends Given {
  readonly role: string;
  readonly personal?: boolean;
}

/** `latchkey service-tokens create`: prints the value, once. */
export const createCommand: AddSubcommand = (group, options, env) => {
  const create = group.command('create').argument('<name>').description('make a token, and print it once');
  addOptions(create)
    .addOption(
      new Option('--role <role>', 'what it may')
        .choices(['admin', 'editor', 'runner', 'viewer'])
        .default('runner'),
    )
    .option('--personal', 'it sees what whoever makes it sees, private credentials included')
    .action(async (name: string, { role, personal, ...given }: CreateOptions) => {
      const body = { name, role, ...(personal === true ? { personal } : {}), ...valuesOf(given) };
      const answer = await apiOf(options(), env).call('POST', '/v1/service-tokens', { body });
      printNew(options(), answer.body as ServiceToken);
    });
};

/** `latchkey service-tokens update`. */
export const updateCommand: AddSubcommand = (group, options, env) => {
  const update = group.command('update').argument('<id>').description('change what a token is called or may');
  addOptions(update)
    .option('--name <name>', 'its new name')
    .action(async (id: string, { name, ...given }: Given & { readonly name?: string }) => {
      const body = { ...(name === undefined ? {} : { name }), ...valuesOf(given) };
      if (Object.keys(body).length === 0) throw new CommandError('Nothing to change was given.', 2);
      const token = (await apiOf(options(), env).call('PATCH', pathOf(id), { body })).body as ServiceToken;
      print(options(), token, [rowOf(token)]);
    });
};

/** `latchkey service-tokens rotate`: another value for the same token, printed once. */
export const rotateCommand: AddSubcommand = (group, options, env) => {
  group
    .command('rotate')
    .argument('<id>')
    .description('give a token another value, and print it once')
    .option('--overlap <seconds>', 'how long the value before it still works', '86400')
    .action(async (id: string, { overlap }: { overlap: string }) => {
      const overlapSeconds = Number(overlap);
      if (!Number.isInteger(overlapSeconds) || overlapSeconds < 0)
        throw new CommandError(`"${overlap}" is not a number of seconds.`, 2);
      const answer = await apiOf(options(), env).call('POST', pathOf(id, '/rotate'), {
        body: { overlapSeconds },
      });
      printNew(options(), answer.body as ServiceToken);
    });
};
