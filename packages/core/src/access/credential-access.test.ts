import { describe, expect, it } from 'vitest';
import { systemActor } from '../context.ts';
import { roleMay, roles, type Permission, type Role } from '../roles.ts';
import { credentialAccess, type Asker, type CredentialAccess, type Owned } from './credential-access.ts';
import { requireUse } from './require-use.ts';

/** What can be done with a credential, and what it takes beside the permission of the role. */
const verbs = {
  see: { permission: 'credential:read', takes: ['manage', 'use'] },
  change: { permission: 'credential:write', takes: ['use'] },
  delete: { permission: 'credential:write', takes: ['manage', 'use'] },
  reconnect: { permission: 'authorization:write', takes: ['use'] },
  lease: { permission: 'lease:issue', takes: ['use'] },
} as const satisfies Record<string, { permission: Permission; takes: readonly CredentialAccess[] }>;

type Verb = keyof typeof verbs;

const owned = {
  'of the workspace': { owner: null, visibility: 'workspace' },
  'of Ada, for all': { owner: 'ada', visibility: 'workspace' },
  'of Ada, private': { owner: 'ada', visibility: 'private' },
} as const satisfies Record<string, Owned>;

const all: readonly Verb[] = ['see', 'change', 'delete', 'reconnect', 'lease'];
const written: readonly Verb[] = ['see', 'change', 'delete', 'reconnect'];

/** Row: role, who; columns: of the workspace, of Ada for all, of Ada private. */
const table: readonly [Role, string | null, readonly Verb[], readonly Verb[], readonly Verb[]][] = [
  ['admin', 'ada', all, all, all],
  ['admin', 'alan', all, all, ['see', 'delete']],
  ['admin', null, all, all, ['see', 'delete']],
  ['editor', 'ada', written, written, written],
  ['editor', 'alan', written, written, []],
  ['editor', null, written, written, []],
  ['viewer', 'ada', ['see'], ['see'], ['see']],
  ['viewer', 'alan', ['see'], ['see'], []],
  ['viewer', null, ['see'], ['see'], []],
  ['runner', 'ada', ['lease'], ['lease'], ['lease']],
  ['runner', 'alan', ['lease'], ['lease'], []],
  ['runner', null, ['lease'], ['lease'], []],
];

const actors = ['bootstrap', 'service_token', 'session'] as const satisfies Asker['type'][];

function allowed(actor: Asker, credential: Owned): Verb[] {
  const access = credentialAccess(actor, credential);
  return all.filter((verb) => {
    const { permission, takes } = verbs[verb];
    return roleMay(actor.role, permission) && (takes as readonly CredentialAccess[]).includes(access);
  });
}

describe('credentialAccess', () => {
  it('the table has every role, each with the owner, with another person and with nobody', () => {
    expect(table.map(([role, subject]) => `${role} ${subject}`).toSorted()).toEqual(
      roles.flatMap((role) => ['ada', 'alan', null].map((subject) => `${role} ${subject}`)).toSorted(),
    );
  });

  it.each(table)('%s, %s', (role, subject, ofWorkspace, forAll, secret) => {
    for (const type of actors) {
      const actor = { type, role, subject };
      expect(allowed(actor, owned['of the workspace']), type).toEqual(ofWorkspace);
      expect(allowed(actor, owned['of Ada, for all']), type).toEqual(forAll);
      expect(allowed(actor, owned['of Ada, private']), type).toEqual(secret);
    }
  });

  it('jobs use everything, and a private thing without an owner is nobody’s', () => {
    expect(credentialAccess(systemActor, owned['of Ada, private'])).toBe('use');
    const orphan = { owner: null, visibility: 'private' } as const;
    for (const role of roles) {
      const access = credentialAccess({ type: 'session', role, subject: null }, orphan);
      expect(access).toBe(role === 'admin' ? 'manage' : 'none');
    }
  });
});

describe('requireUse', () => {
  const refusal = (role: Role, missing?: 'lease_not_found') => {
    try {
      requireUse({ type: 'session', role, subject: 'alan' }, owned['of Ada, private'], missing);
    } catch (error) {
      return (error as { code: string }).code;
    }
    return null;
  };

  it('says to an administrator that it is somebody’s, and to others that there is nothing', () => {
    expect(refusal('admin')).toBe('owner_only');
    expect(refusal('editor')).toBe('credential_not_found');
    expect(refusal('runner', 'lease_not_found')).toBe('lease_not_found');
  });
});
