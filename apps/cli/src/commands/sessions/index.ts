import { commandGroup } from '../command-group.ts';
import { endAllCommand, endCommand } from './end.ts';
import { listCommand } from './list.ts';

/** `latchkey sessions …`: who is signed in to the console. */
export const sessionsCommand = commandGroup('sessions', 'who is signed in to the console', [
  listCommand,
  endCommand,
  endAllCommand,
]);
