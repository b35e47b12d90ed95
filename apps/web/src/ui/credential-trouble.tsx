import type { Credential } from '@latchkey/api/answers.ts';
import { CredentialLink } from './credential-link.tsx';
import { useProviderNames } from './names.ts';
import { useFailureText } from './use-failure-text.tsx';

/** A credential that needs somebody, on one line: which one, and why. */
export function CredentialTrouble({ credential }: { readonly credential: Credential }) {
  const failureText = useFailureText();
  const provider = useProviderNames()(credential.provider);
  const { id, name, lastError } = credential;
  return (
    <>
      <CredentialLink id={id}>{name}</CredentialLink> ({provider})
      {lastError !== null && <>: {failureText(lastError, provider)}</>}
    </>
  );
}
