import { commandGroup } from '../command-group.ts';
import { addCommand } from './add.ts';
import { cancelCommand } from './cancel.ts';
import { rewrapCommand, rotateDataCommand, watchCommand } from './jobs.ts';
import { listCommand } from './list.ts';
import { promoteCommand } from './promote.ts';
import { retireCommand } from './retire.ts';

/** In the order in which a root key is replaced. */
const subcommands = [
  listCommand,
  addCommand,
  promoteCommand,
  rewrapCommand,
  retireCommand,
  rotateDataCommand,
  watchCommand,
  cancelCommand,
];

/** `latchkey keys …`: root keys, and work over what they protect. Needs the admin token. */
export const keysCommand = commandGroup(
  'keys',
  'root keys, data keys, and their rotation (admin token)',
  subcommands,
);
