import { commands, type ActionName } from '@latchkey/web/commands/commands.ts';
import type { Command } from '@latchkey/web/commands/command.ts';

const field = (name: string, required: boolean) => ({
  name,
  label: name,
  secret: required,
  required,
  kind: 'text' as const,
  default: null,
  helpUrl: null,
  warnPattern: null,
});

const provider = {
  id: 'firecrawl',
  authMethods: [{ type: 'api_key' as const, fields: [field('apiKey', true), field('baseUrl', false)] }],
};

/** A name that a shell and a command line could both take for something else. */
export const oddName = `-rf Ada's "$HOME" \`id\``;

const credential = { id: 'cred_1', provider: 'notion', name: oddName };
const token = { id: 'st_1', name: oddName };

const samples: { readonly [Name in ActionName]: Parameters<(typeof commands)[Name]> } = {
  'credential.addKey': [provider],
  'credential.connect': [provider],
  'credential.setDefault': [credential],
  'credential.rename': [credential],
  'credential.editKey': [credential, provider],
  'credential.validate': [credential],
  'credential.refresh': [credential],
  'credential.reconnect': [credential],
  'credential.copyLink': [credential],
  'credential.remove': [credential],
  'authorization.cancel': [{ id: 'auth_1' }],
  'authorization.cancelAll': [
    { provider: 'notion', status: 'queued', kind: 'refresh_token', credentialId: 'cred_1' },
  ],
  'oauthClient.set': [provider, { clientId: oddName }],
  'oauthClient.remove': [provider],
  'queue.pause': ['refresh-token'],
  'queue.resume': ['refresh-token'],
  'queue.retry': ['refresh-token'],
  'rootKey.promote': ['2027'],
  'rootKey.retire': ['2027'],
  'keyJob.rewrap': [],
  'keyJob.rotateData': [],
  'keyJob.cancel': ['kj_1'],
  'serviceToken.create': [],
  'serviceToken.edit': [token],
  'serviceToken.rotate': [token],
  'serviceToken.revoke': [token],
  'session.end': ['ses_1'],
  'session.endAll': [oddName],
  'audit.verify': [],
  'audit.export': [],
};

/** Every action of the console as a command, about things with odd names. */
export const sampleCommands = (Object.keys(samples) as ActionName[]).map((action): [ActionName, Command] => {
  const make = commands[action] as (...input: unknown[]) => Command;
  return [action, make(...samples[action])];
});
