import { print, table } from '../../output.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import type { RootKeys } from './root-key.ts';

/** `latchkey keys list`: which root keys there are, what each wraps, and who can use it. */
export const listCommand: AddSubcommand = (group, options, env) => {
  group
    .command('list')
    .description('say which root keys there are, what each still wraps, and which processes can use it')
    .action(async () => {
      const { body } = await apiOf(options(), env).call('GET', '/v1/root-keys');
      const keys = body as RootKeys;
      const { items, processes, dataKeys, workspaces } = keys;
      print(
        options(),
        keys,
        items.map(({ id, kind, state, dataKeys: wraps, knownBy }) => ({
          id,
          kind,
          state,
          'data keys': wraps,
          'known by': `${knownBy.length} of ${processes.length} processes`,
        })),
      );
      if (options().json === true) return;
      for (const { id, role } of processes) {
        const unknown = items.filter(({ state, knownBy }) => state !== 'retired' && !knownBy.includes(id));
        if (unknown.length > 0)
          process.stdout.write(`\n${role} ${id} cannot use: ${unknown.map((key) => key.id).join(', ')}`);
      }
      process.stdout.write(
        `\nData keys: ${dataKeys.current} current, ${dataKeys.retired} retired; ${dataKeys.rowsLeft} rows are left on retired ones.\n`,
      );
      if (workspaces.length > 0)
        process.stdout.write(
          `\n${table(
            workspaces.map(({ workspaceId, dataKeys: count, rowsLeft }) => ({
              workspace: workspaceId,
              'data keys': count,
              'rows left': rowsLeft,
            })),
          )}`,
        );
    });
};
