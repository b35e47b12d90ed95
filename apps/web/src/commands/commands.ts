import type {
  Authorization,
  Credential,
  OAuthClient,
  Provider,
  QueueList,
  ServiceToken,
} from '@latchkey/api/answers.ts';
import { Placeholder, type Command } from './command.ts';

type One = Pick<Credential, 'id' | 'provider' | 'name'>;
type Filter = Readonly<
  Partial<Record<'provider' | 'status' | 'kind' | 'credentialId' | 'from' | 'to', string | undefined>>
>;
type QueueName = QueueList['items'][number]['name'];

const credential = ({ id }: Pick<One, 'id'>) => `/v1/credentials/${encodeURIComponent(id)}`;
const client = ({ id }: Pick<Provider, 'id'>) => `/v1/providers/${encodeURIComponent(id)}/oauth-client`;
const serviceToken = ({ id }: Pick<ServiceToken, 'id'>) => `/v1/service-tokens/${encodeURIComponent(id)}`;
const rootKey = (id: string, action: string) => `/v1/root-keys/${encodeURIComponent(id)}/${action}`;

/** The fields of a key that have to be filled in; what is secret by whoever runs the command. */
function keyFields({ authMethods }: Pick<Provider, 'authMethods'>): Record<string, Placeholder> {
  const fields = authMethods.flatMap((method) => (method.type === 'api_key' ? method.fields : []));
  return Object.fromEntries(
    fields.filter(({ required }) => required).map(({ name }) => [name, new Placeholder(name)]),
  );
}

/** A name may look like an option. */
const positional = (name: string) => (name.startsWith('-') ? ['--', name] : [name]);

const queue = (name: QueueName, action: 'pause' | 'resume' | 'retry'): Command => ({
  method: 'POST',
  path: `/v1/queues/${name}/${action}`,
  cli: ['queues', action, name],
  isOfInstance: true,
});

/** Everything that the console does, by area, as the API is asked for it and as the command line does it. */
export const commands = {
  'credential.addKey': (provider: Pick<Provider, 'id' | 'authMethods'>): Command => ({
    method: 'POST',
    path: '/v1/credentials',
    body: { provider: provider.id, fields: keyFields(provider) },
    cli: ['credentials', 'add-key', provider.id],
  }),
  'credential.connect': ({ id }: Pick<Provider, 'id'>): Command => ({
    method: 'POST',
    path: '/v1/authorizations',
    body: { provider: id },
    cli: ['authorizations', 'start', id],
  }),
  'credential.setDefault': (one: One): Command => ({
    method: 'PATCH',
    path: credential(one),
    body: { isDefault: true },
    cli: ['credentials', 'set-default', one.id],
  }),
  'credential.rename': (one: One): Command => ({
    method: 'PATCH',
    path: credential(one),
    body: { name: one.name },
    cli: ['credentials', 'rename', one.id, ...positional(one.name)],
  }),
  'credential.editKey': (one: One, provider: Pick<Provider, 'authMethods'>): Command => ({
    method: 'PATCH',
    path: credential(one),
    body: { fields: keyFields(provider) },
    cli: ['credentials', 'replace-key', one.id],
  }),
  'credential.validate': (one: One): Command => ({
    method: 'POST',
    path: `${credential(one)}/validate`,
    cli: ['credentials', 'validate', one.id],
  }),
  'credential.refresh': (one: One): Command => ({
    method: 'POST',
    path: `${credential(one)}/refresh`,
    cli: ['credentials', 'refresh', one.id],
  }),
  'credential.reconnect': ({ id, provider }: One): Command => ({
    method: 'POST',
    path: '/v1/authorizations',
    body: { provider, credentialId: id },
    cli: ['authorizations', 'start', provider, '--credential', id],
  }),
  'credential.copyLink': ({ id }: One): Command => ({
    method: 'POST',
    path: '/v1/connect-sessions',
    body: { credentialId: id },
    cli: ['credentials', 'link', id],
  }),
  'credential.remove': (one: One): Command => ({
    method: 'DELETE',
    path: credential(one),
    cli: ['credentials', 'remove', one.id],
  }),

  'authorization.cancel': ({ id }: Pick<Authorization, 'id'>): Command => ({
    method: 'POST',
    path: `/v1/authorizations/${encodeURIComponent(id)}/cancel`,
    cli: ['authorizations', 'cancel', id],
  }),
  'authorization.cancelAll': ({ credentialId, ...filter }: Filter): Command => ({
    method: 'POST',
    path: '/v1/authorizations/cancel',
    body: { ...filter, credentialId },
    cli: [
      'authorizations',
      'cancel-all',
      ...Object.entries({ ...filter, credential: credentialId }).flatMap(([name, value]) =>
        value === undefined ? [] : [`--${name}=${value}`],
      ),
    ],
  }),

  'oauthClient.set': (
    provider: Pick<Provider, 'id'>,
    { clientId }: Pick<OAuthClient, 'clientId'>,
  ): Command => ({
    method: 'PUT',
    path: client(provider),
    body: {
      clientId: clientId ?? new Placeholder('clientId'),
      clientSecret: new Placeholder('clientSecret'),
    },
    cli: ['oauth-clients', 'set', provider.id, `--client-id=${clientId ?? 'CLIENT_ID'}`],
  }),
  'oauthClient.remove': (provider: Pick<Provider, 'id'>): Command => ({
    method: 'DELETE',
    path: client(provider),
    cli: ['oauth-clients', 'remove', provider.id],
  }),

  'queue.pause': (name: QueueName) => queue(name, 'pause'),
  'queue.resume': (name: QueueName) => queue(name, 'resume'),
  'queue.retry': (name: QueueName) => queue(name, 'retry'),

  'rootKey.promote': (id: string): Command => ({
    method: 'POST',
    path: rootKey(id, 'promote'),
    cli: ['keys', 'promote', id],
    isOfInstance: true,
  }),
  'rootKey.retire': (id: string): Command => ({
    method: 'POST',
    path: rootKey(id, 'retire'),
    cli: ['keys', 'retire', id],
    isOfInstance: true,
  }),
  'keyJob.rewrap': (): Command => ({
    method: 'POST',
    path: '/v1/key-jobs',
    body: { kind: 'rewrap' },
    cli: ['keys', 'rewrap'],
    isOfInstance: true,
  }),
  'keyJob.rotateData': (): Command => ({
    method: 'POST',
    path: '/v1/key-jobs',
    body: { kind: 'rotate_data' },
    cli: ['keys', 'rotate-data'],
    isOfInstance: true,
  }),
  'keyJob.cancel': (id: string): Command => ({
    method: 'POST',
    path: `/v1/key-jobs/${encodeURIComponent(id)}/cancel`,
    cli: ['keys', 'cancel', id],
    isOfInstance: true,
  }),

  'serviceToken.create': (): Command => ({
    method: 'POST',
    path: '/v1/service-tokens',
    body: { name: 'pipeline', role: 'runner' },
    cli: ['service-tokens', 'create', 'pipeline', '--role', 'runner'],
  }),
  'serviceToken.edit': (one: Pick<ServiceToken, 'id' | 'name'>): Command => ({
    method: 'PATCH',
    path: serviceToken(one),
    body: { name: one.name },
    cli: ['service-tokens', 'update', one.id, `--name=${one.name}`],
  }),
  'serviceToken.rotate': (one: Pick<ServiceToken, 'id'>): Command => ({
    method: 'POST',
    path: `${serviceToken(one)}/rotate`,
    body: { overlapSeconds: 86_400 },
    cli: ['service-tokens', 'rotate', one.id, '--overlap', '86400'],
  }),
  'serviceToken.revoke': (one: Pick<ServiceToken, 'id'>): Command => ({
    method: 'DELETE',
    path: serviceToken(one),
    cli: ['service-tokens', 'revoke', one.id],
  }),

  'session.end': (id: string): Command => ({
    method: 'DELETE',
    path: `/v1/sessions/${encodeURIComponent(id)}`,
    cli: ['sessions', 'end', id],
  }),
  'session.endAll': (subject: string): Command => ({
    method: 'DELETE',
    path: `/v1/sessions?subject=${encodeURIComponent(subject)}`,
    cli: ['sessions', 'end-all', ...positional(subject)],
  }),

  'audit.verify': (): Command => ({
    method: 'GET',
    path: '/v1/audit/verification',
    cli: ['audit', 'verify'],
  }),
  'audit.export': (): Command => ({
    method: 'GET',
    path: '/v1/audit/export?format=jsonl',
    cli: ['audit', 'export'],
  }),
};

export type ActionName = keyof typeof commands;
