import { commandGroup } from '../command-group.ts';
import { cancelAllCommand, cancelCommand } from './cancel.ts';
import { listCommand } from './list.ts';
import { showCommand } from './show.ts';
import { startCommand } from './start.ts';

const subcommands = [listCommand, showCommand, startCommand, cancelCommand, cancelAllCommand];

/** `latchkey authorizations …`: connecting accounts, checks, refreshes and removals. */
export const authorizationsCommand = commandGroup(
  'authorizations',
  'accounts that are connected, checks, refreshes and removals',
  subcommands,
);
