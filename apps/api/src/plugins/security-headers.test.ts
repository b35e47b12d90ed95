import { describe, expect, test } from 'vitest';
import { securityHeaders, type HeaderClass } from './security-headers.ts';

const all: HeaderClass[] = ['json', 'console', 'authorization-page', 'docs'];

describe('the header matrix', () => {
  test.each(all)('%s sends no referrer, is not sniffed and cannot be framed', (headerClass) => {
    const headers = securityHeaders(headerClass, true, 'n');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });

  test.each(['json', 'console', 'authorization-page'] as const)('%s is not stored', (headerClass) => {
    expect(securityHeaders(headerClass, true, 'n')['cache-control']).toBe('no-store');
  });

  test('only the console has an opener policy, and one that lets windows through', () => {
    expect(securityHeaders('console', true, 'n')['cross-origin-opener-policy']).toBe(
      'same-origin-allow-popups',
    );
    expect(securityHeaders('authorization-page', true, 'n')).not.toHaveProperty('cross-origin-opener-policy');
  });

  test.each(all)('%s upgrades requests only where the product is reached by https', (headerClass) => {
    expect(securityHeaders(headerClass, true, 'n')['content-security-policy']).toContain(
      'upgrade-insecure-requests',
    );
    expect(securityHeaders(headerClass, false, 'n')['content-security-policy']).not.toContain('upgrade');
    expect(securityHeaders(headerClass, false, 'n')).not.toHaveProperty('strict-transport-security');
  });

  test.each(['console', 'authorization-page'] as const)(
    '%s runs the scripts of this response alone',
    (headerClass) => {
      const policy = securityHeaders(headerClass, true, 'n0nce')['content-security-policy'] ?? '';
      expect(policy).toContain("script-src 'nonce-n0nce'");
      expect(policy).not.toMatch(/unsafe|\*/);
    },
  );

  test.each(all)('%s names no directive twice', (headerClass) => {
    const policy = securityHeaders(headerClass, true, 'n')['content-security-policy'] ?? '';
    const names = policy.split('; ').map((directive) => directive.split(' ')[0]);
    expect(new Set(names).size).toBe(names.length);
  });
});
