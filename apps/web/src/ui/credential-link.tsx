import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { keepWorkspace } from './keep-workspace.ts';

interface CredentialLinkProps {
  readonly id: string;
  readonly children: string;
}

/** To the page of a credential, in the same workspace. */
export function CredentialLink({ id, children }: CredentialLinkProps) {
  return (
    <Anchor
      className="name"
      fw={600}
      renderRoot={(props) => <Link to="/credentials/$id" params={{ id }} search={keepWorkspace} {...props} />}
    >
      {children}
    </Anchor>
  );
}
