import { commandGroup } from '../command-group.ts';
import { jobsCommand } from './jobs.ts';
import { listCommand } from './list.ts';
import { pauseCommand, resumeCommand } from './pause.ts';
import { retryCommand } from './retry.ts';

const subcommands = [listCommand, jobsCommand, pauseCommand, resumeCommand, retryCommand];

/** `latchkey queues …`: the work of the instance. Needs the admin token. */
export const queuesCommand = commandGroup(
  'queues',
  'how much work waits, and for whom (admin token)',
  subcommands,
);
