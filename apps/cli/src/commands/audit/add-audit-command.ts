import type { Command } from 'commander';

/** Adds a command to the group; `program` has the options that all commands share. */
export type AddAuditCommand = (audit: Command, program: Command, env: NodeJS.ProcessEnv) => void;
