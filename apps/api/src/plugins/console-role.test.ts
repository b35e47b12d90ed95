import { describe, expect, test } from 'vitest';
import type { Role } from '@latchkey/core/roles.ts';
import { decideRole } from './console-role.ts';

const nobody = {
  allowedEmails: [] as string[],
  allowedDomains: [] as string[],
  roleClaim: 'groups',
  roleMapping: new Map<string, Role>(),
  defaultRole: null,
};
const byDomain = { ...nobody, allowedDomains: ['example.com'] };
const anna = { sub: '1', email: 'Anna@Example.com', email_verified: true };

describe('who may sign in to the console', () => {
  test('an allowed domain admits as viewer', () => {
    expect(decideRole(byDomain, anna)).toEqual({ subject: 'anna@example.com', role: 'viewer' });
  });

  test.each([
    ['an address that the issuer did not verify', { ...anna, email_verified: false }],
    ['a verification that is a string', { ...anna, email_verified: 'true' }],
    ['no address', { sub: '1' }],
    ['a longer domain with the same end', { ...anna, email: 'anna@notexample.com' }],
    ['a domain in the local part', { ...anna, email: 'x@example.com@evil.test' }],
  ])('%s is refused', (_case, claims) => {
    expect(() => decideRole(byDomain, claims)).toThrow('may not sign in');
  });

  test('no subject of an issuer is taken for an address or for the admin token, and no two for one', () => {
    const policy = { ...nobody, defaultRole: 'viewer' } as const;
    const subjects = ['42', 'admin token', 'anna@example.com', 'sub:admin token', 'sub:42'];
    const named = subjects.map((sub) => decideRole(policy, { sub }).subject);
    expect(named[0]).toBe('42');
    expect(new Set(named).size).toBe(subjects.length);
    expect(named).not.toContain('admin token');
    expect(named).not.toContain('anna@example.com');
  });

  test('the strongest mapped role counts, over the default', () => {
    const policy = {
      ...byDomain,
      roleMapping: new Map<string, Role>([
        ['data', 'editor'],
        ['boss', 'admin'],
      ]),
      defaultRole: 'viewer' as const,
    };
    expect(decideRole(policy, { ...anna, groups: ['data', 'boss'] }).role).toBe('admin');
    expect(decideRole(policy, { ...anna, groups: 'data' }).role).toBe('editor');
    expect(decideRole(policy, { ...anna, groups: ['else'] }).role).toBe('viewer');
  });

  test('with a mapping alone, whoever is not mapped stays out', () => {
    const policy = { ...nobody, roleMapping: new Map<string, Role>([['data', 'editor']]) };
    expect(decideRole(policy, { sub: '7', groups: ['data'] })).toEqual({ subject: '7', role: 'editor' });
    expect(() => decideRole(policy, { sub: '7', groups: ['other'] })).toThrow('no role');
  });
});
