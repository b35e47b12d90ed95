import type { Command } from 'commander';
import { openApi, readConnection, type CliApi } from '../api.ts';
import type { AddCommand } from './index.ts';

/** What every command takes. */
export interface Options {
  readonly url?: string;
  readonly workspace?: string;
  readonly json?: boolean;
}

/** Adds one command to a group. @param options those of the program, once they are parsed */
export type AddSubcommand = (group: Command, options: () => Options, env: NodeJS.ProcessEnv) => void;

/** A group of commands, in the order of its help. */
export function commandGroup(
  name: string,
  description: string,
  subcommands: readonly AddSubcommand[],
): AddCommand {
  return (program, env) => {
    const group = program.command(name).description(description);
    for (const add of subcommands) add(group, () => program.opts(), env);
  };
}

export function apiOf(options: Options, env: NodeJS.ProcessEnv): CliApi {
  return openApi(readConnection(options, env));
}
