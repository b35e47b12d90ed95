import { commandGroup } from '../command-group.ts';
import { addKeyCommand, replaceKeyCommand } from './add-key.ts';
import { renameCommand, setDefaultCommand } from './change.ts';
import { refreshCommand, validateCommand } from './check.ts';
import { linkCommand } from './link.ts';
import { listCommand } from './list.ts';
import { removeCommand } from './remove.ts';
import { showCommand } from './show.ts';

const subcommands = [
  listCommand,
  showCommand,
  addKeyCommand,
  replaceKeyCommand,
  renameCommand,
  setDefaultCommand,
  refreshCommand,
  validateCommand,
  linkCommand,
  removeCommand,
];

/** `latchkey credentials …`: what runs are handed. */
export const credentialsCommand = commandGroup(
  'credentials',
  'keys and accounts of data sources',
  subcommands,
);
