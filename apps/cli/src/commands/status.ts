import { openApi, readConnection } from '../api.ts';
import { CommandError } from '../command-error.ts';
import { print } from '../output.ts';
import type { AddCommand } from './index.ts';

interface Readiness {
  readonly status: string;
  readonly checks?: Readonly<Record<string, string>>;
}

/** `latchkey status`: whether the API and what it needs are there. */
export const statusCommand: AddCommand = (program, env) => {
  program
    .command('status')
    .description('say whether the API answers, and what it needs is there')
    .action(async () => {
      const connection = readConnection(program.opts(), env);
      const answer = await openApi(connection).call('GET', '/readyz', { accept: [200, 503] });
      const body = answer.body as Readiness;
      const checks = Object.entries(body.checks ?? {}).map(([name, state]) => ({ name, state }));
      print(program.opts(), body, [{ name: connection.url, state: body.status }, ...checks]);
      if (body.status !== 'ready') throw new CommandError(`The API at ${connection.url} is ${body.status}.`);
    });
};
