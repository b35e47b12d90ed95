import type { Command } from './command.ts';
import { commands, type ActionName } from './commands.ts';

/** An action with what it is called on the page, and as a command. */
export interface CommandItem {
  readonly action: ActionName;
  readonly label: string;
  readonly command: Command;
}

/** @param label what the action is called on the page @param input what the action is done to */
export function commandItem<Name extends ActionName>(
  label: string,
  action: Name,
  ...input: Parameters<(typeof commands)[Name]>
): CommandItem {
  const make = commands[action] as (...input: Parameters<(typeof commands)[Name]>) => Command;
  return { action, label, command: make(...input) };
}
