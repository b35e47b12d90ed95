import { commandGroup } from '../command-group.ts';
import { listCommand } from './list.ts';
import { removeCommand } from './remove.ts';
import { setCommand } from './set.ts';
import { showCommand } from './show.ts';

const subcommands = [listCommand, showCommand, setCommand, removeCommand];

/** `latchkey oauth-clients …`: the applications by which accounts are connected. */
export const oauthClientsCommand = commandGroup(
  'oauth-clients',
  'the OAuth client by which accounts of a provider are connected',
  subcommands,
);
