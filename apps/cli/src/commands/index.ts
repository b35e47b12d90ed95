import type { Command } from 'commander';
import { auditCommands } from './audit/index.ts';
import { keysCommand } from './keys/index.ts';
import { statusCommand } from './status.ts';

/** Adds a command, or a group of them, to the program. */
export type AddCommand = (program: Command, env: NodeJS.ProcessEnv) => void;

/** In the order of `latchkey --help`; adding one is a file and a line here. */
export const commands: readonly AddCommand[] = [statusCommand, keysCommand, auditCommands];
