import { Problem } from '@latchkey/core/errors.ts';
import { roles, type Role } from '@latchkey/core/roles.ts';
import type { OidcSettings } from '../env.ts';

/** Somebody the issuer vouches for. */
export interface SignedInPerson {
  /** As audit and console show the person: the verified e-mail address, else issuer's subject. */
  readonly subject: string;
  readonly role: Role;
}

type Policy = Pick<
  OidcSettings,
  'allowedEmails' | 'allowedDomains' | 'roleClaim' | 'roleMapping' | 'defaultRole'
>;

/** An address counts only when the issuer says that it verified it: otherwise anybody could claim anybody's. */
function verifiedEmail(claims: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: verified } = claims;
  return typeof email === 'string' && verified === true ? email.trim().toLowerCase() : null;
}

/** The strongest role that one of the claim's values is mapped to. */
function mappedRole(policy: Policy, claims: Readonly<Record<string, unknown>>): Role | null {
  const values = [claims[policy.roleClaim]].flat().filter((value) => typeof value === 'string');
  const mapped = values.map((value) => policy.roleMapping.get(value));
  return (
    (['admin', 'editor', 'viewer', 'runner'] satisfies typeof roles).find((role) => mapped.includes(role)) ??
    null
  );
}

/** What is private belongs to a subject: no issuer's `sub` is to be taken for an address, or for the admin token. */
function unlikeAddress(sub: string): string {
  return /[@\s]|^sub:/.test(sub) ? `sub:${sub}` : sub;
}

/**
 * Whether a person may sign in, and as what. With allowed addresses or domains the person must have one of them; the
 * role is the mapped one, else the default, else `viewer` for an allowed address and nothing for anybody else.
 * @throws Problem `forbidden`
 */
export function decideRole(policy: Policy, claims: Readonly<Record<string, unknown>>): SignedInPerson {
  const email = verifiedEmail(claims);
  const restricted = policy.allowedEmails.length + policy.allowedDomains.length > 0;
  const domain = email?.slice(email.lastIndexOf('@') + 1) ?? '';
  const listed =
    email !== null && (policy.allowedEmails.includes(email) || policy.allowedDomains.includes(domain));
  if (restricted && !listed) throw new Problem('forbidden', { detail: 'This account may not sign in here.' });
  const role = mappedRole(policy, claims) ?? policy.defaultRole ?? (restricted ? 'viewer' : null);
  if (role === null) throw new Problem('forbidden', { detail: 'This account has no role here.' });
  return { subject: email ?? unlikeAddress(String(claims['sub'])), role };
}
