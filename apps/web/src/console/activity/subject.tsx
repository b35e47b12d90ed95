import type { CloudEvent } from '@latchkey/api/answers.ts';
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CredentialLink } from '../../ui/credential-link.tsx';
import { useProviderNames } from '../../ui/names.ts';
import { thingOf } from './event-words.ts';
import { keepWorkspace } from '../../ui/keep-workspace.ts';

/** What an event is about, with the way there while there is one. */
export function Subject({ event }: { readonly event: CloudEvent }) {
  const { t } = useTranslation('common');
  const providerName = useProviderNames();
  const { type, subject, data } = event;
  const text = (field: string) => (typeof data[field] === 'string' ? data[field] : null);
  const provider = text('provider');
  switch (thingOf(type)) {
    case 'credential': {
      const name = text('name') ?? subject;
      if (type.endsWith('.deleted') || type.endsWith('.revoked')) return named(name);
      return <CredentialLink id={subject}>{name}</CredentialLink>;
    }
    case 'authorization':
      return (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/authorizations" search={({ workspace }) => ({ workspace, id: subject })} {...props} />
          )}
        >
          {t(`kind.${(text('kind') ?? '') as 'revoke'}`, { defaultValue: subject })}
        </Anchor>
      );
    case 'oauth_client':
      return (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/oauth-clients" search={keepWorkspace} {...props} />}
        >
          {provider === null ? subject : providerName(provider)}
        </Anchor>
      );
    default:
      return named(text('name') ?? subject);
  }
}

function named(name: string) {
  return (
    <Text className="name" size="sm">
      {name}
    </Text>
  );
}
