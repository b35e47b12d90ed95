import type { AddCommand } from '../index.ts';
import { addExport } from './export.ts';
import { addHead } from './head.ts';
import { addVerify } from './verify.ts';

/** `latchkey audit …`: whether it is intact, and copies of it for elsewhere. */
export const auditCommands: AddCommand = (program, env) => {
  const audit = program.command('audit').description('verify and export the audit');
  for (const add of [addVerify, addHead, addExport]) add(audit, program, env);
};
