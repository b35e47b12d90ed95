export { connectUrl } from './connect-url.ts';
export { createCredential, type CreateCredentialInput } from './create-credential.ts';
export { credentialColumns, type Credential, type CredentialRow } from './credential-columns.ts';
export { recordCredentialEvent } from './credential-event.ts';
export { deleteCredential } from './delete-credential.ts';
export { getCredential } from './get-credential.ts';
export { lastUseOf, type LastUse } from './last-use.ts';
export { credentialSorts, type CredentialSort } from './credential-order.ts';
export { listCredentials } from './list-credentials.ts';
export { findCredential, loadCredential } from './load-credential.ts';
export { actorNeeded, needs, type Needs } from './needs-someone.ts';
export { openPayloadOf, sealPayload, type OAuthPayload } from './payload.ts';
export { placeAmongOthers } from './place-among-others.ts';
export { refreshCredential } from './refresh-credential.ts';
export {
  credentialStatusesBefore,
  credentialTransitions,
  type CredentialHealth,
  type CredentialStatus,
} from './status.ts';
export { updateCredential, type UpdateCredentialInput } from './update-credential.ts';
export { validateCredential } from './validate-credential.ts';
export { soundColumns } from './sound-columns.ts';
