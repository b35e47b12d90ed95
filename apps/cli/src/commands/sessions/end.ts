import { print } from '../../output.ts';
import { confirm } from '../../terminal.ts';
import { apiOf, type AddSubcommand } from '../command-group.ts';
import { withQuery } from '../../read-pages.ts';

/** `latchkey sessions end`: that browser has to sign in again. */
export const endCommand: AddSubcommand = (group, options, env) => {
  group
    .command('end')
    .argument('<id>')
    .description('sign one browser out')
    .action(async (id: string) => {
      await apiOf(options(), env).call('DELETE', `/v1/sessions/${encodeURIComponent(id)}`);
      process.stderr.write(`${id} is ended.\n`);
    });
};

/** `latchkey sessions end-all`: every browser of a person has to. */
export const endAllCommand: AddSubcommand = (group, options, env) => {
  group
    .command('end-all')
    .argument('<subject>')
    .description('sign a person out everywhere; asks first')
    .option('--yes', 'do not ask')
    .action(async (subject: string, { yes }: { yes?: boolean }) => {
      if (yes !== true) await confirm(`Sign ${subject} out everywhere?`);
      const { body } = await apiOf(options(), env).call('DELETE', withQuery('/v1/sessions', { subject }));
      const { ended } = body as { ended: number };
      print(options(), body, [{ subject, ended }]);
    });
};
