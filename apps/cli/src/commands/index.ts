import type { Command } from 'commander';
import { auditCommands } from './audit/index.ts';
import { authorizationsCommand } from './authorizations/index.ts';
import { credentialsCommand } from './credentials/index.ts';
import { keysCommand } from './keys/index.ts';
import { oauthClientsCommand } from './oauth-clients/index.ts';
import { queuesCommand } from './queues/index.ts';
import { serviceTokensCommand } from './service-tokens/index.ts';
import { sessionsCommand } from './sessions/index.ts';
import { statusCommand } from './status.ts';

/** Adds a command, or a group of them, to the program. */
export type AddCommand = (program: Command, env: NodeJS.ProcessEnv) => void;

/** In the order of `latchkey --help`; adding one is a file and a line here. */
export const commands: readonly AddCommand[] = [
  statusCommand,
  credentialsCommand,
  authorizationsCommand,
  oauthClientsCommand,
  queuesCommand,
  keysCommand,
  serviceTokensCommand,
  sessionsCommand,
  auditCommands,
];
