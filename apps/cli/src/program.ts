import { Command } from 'commander';
import { commands } from './commands/index.ts';

const help = `
Environment:
  LATCHKEY_URL    where the API is (default: PUBLIC_URL, else http://localhost:3000)
  LATCHKEY_TOKEN  a service token, or the admin token (default: LATCHKEY_ADMIN_TOKEN, else the file that
                  npm start wrote into DATA_DIR). A token is never taken from the command line, which others can see.

Exit code: 0 when it worked, 1 when it did not, 2 when the command makes no sense.`;

/** @param env `process.env` */
export function createProgram(env: NodeJS.ProcessEnv): Command {
  const program = new Command('latchkey')
    .description('Operates a Latchkey instance through its API.')
    .option('--url <url>', 'where the API is')
    .option('--workspace <id>', 'the workspace to act in (admin token only)')
    .option('--json', 'print JSON instead of text', false)
    .addHelpText('after', help)
    .showHelpAfterError('latchkey --help lists all commands.')
    .exitOverride((ending) => {
      process.exit(ending.exitCode === 0 ? 0 : 2);
    });
  for (const add of commands) add(program, env);
  return program;
}
