export { chooseOwner } from './choose-owner.ts';
export {
  credentialAccess,
  visibilities,
  type CredentialAccess,
  type Owned,
  type Visibility,
} from './credential-access.ts';
export { requireUse } from './require-use.ts';
export { ownedAs, seesAll, visibleTo } from './visible-to.ts';
