import type { CloudEvent } from '@latchkey/api/answers.ts';

/** Which of what was read is stale after an event: prefixes of query keys. */
export function staleKeys({ type, subject, data }: CloudEvent): readonly (readonly string[])[] {
  const credentialId = typeof data['credentialId'] === 'string' ? data['credentialId'] : null;
  const provider = typeof data['provider'] === 'string' ? data['provider'] : '*';
  const [, thing = ''] = type.split('.');
  switch (thing) {
    case 'credential':
      return [
        ['credentials', provider],
        ['credentials', '*'],
        // The one that was the default before has no event of its own.
        type.endsWith('.default_changed') ? ['credential'] : ['credential', subject],
        ['timeline', subject],
        ['overview'],
      ];
    case 'authorization':
      return [
        ['authorizations'],
        ['queues'],
        ...(credentialId === null
          ? []
          : [
              ['credential', credentialId],
              ['timeline', credentialId],
            ]),
      ];
    case 'oauth_client':
      return [['oauth-client'], ['providers']];
    case 'service_token':
      return [['service-tokens']];
    case 'keys':
      return [['root-keys'], ['key-jobs']];
    default:
      return [];
  }
}
