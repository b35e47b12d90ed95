import { commandGroup } from '../command-group.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';
import { createCommand, rotateCommand, updateCommand } from './write.ts';

const subcommands = [listCommand, createCommand, updateCommand, rotateCommand, revokeCommand];

/** `latchkey service-tokens …`: what programs authenticate with. */
export const serviceTokensCommand = commandGroup(
  'service-tokens',
  'what programs authenticate with',
  subcommands,
);
