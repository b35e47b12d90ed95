import { Problem, type ProblemCode } from '../errors.ts';
import { credentialAccess, type Asker, type Owned } from './credential-access.ts';

/**
 * @param missing what is said to whom it does not exist for: the same as about an id of nobody's
 * @throws Problem `owner_only` to an administrator, who sees it, else `missing`
 */
export function requireUse(actor: Asker, owned: Owned, missing: ProblemCode = 'credential_not_found'): void {
  const access = credentialAccess(actor, owned);
  if (access === 'none') throw new Problem(missing);
  if (access === 'manage') throw new Problem('owner_only');
}
