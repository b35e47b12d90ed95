import { confirm } from '../../terminal.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { pathOf } from './service-token.ts';

/** `latchkey service-tokens revoke`: its value works no more. */
export const revokeCommand: AddSubcommand = (group, options, env) => {
  group
    .command('revoke')
    .argument('<id>')
    .description('end a token at once; asks first')
    .option('--yes', 'do not ask')
    .action(async (id: string, { yes }: { yes?: boolean }) => {
      if (yes !== true) await confirm(`Whatever uses ${id} stops working. Revoke it?`);
      await apiOf(options(), env).call('DELETE', pathOf(id));
      process.stderr.write(`${id} is revoked.\n`);
    });
};
