import type { AuditEntry } from '@latchkey/api/answers.ts';
import { describe, expect, it } from 'vitest';
import { changesOf } from './changes.ts';

const entry = (sequence: number, action: string, data: object, outcome = 'success') =>
  ({ sequence: String(sequence), action, data, outcome }) as AuditEntry;

describe('the details of an entry of the audit', () => {
  it('have before them what the last earlier entry says that tells', () => {
    const now = entry(9, 'service_token.update', { name: 'new', expiresAt: null });
    const earlier = [
      entry(8, 'service_token.rotate', { overlapSeconds: 0 }),
      entry(7, 'service_token.update', { name: 'refused' }, 'refused'),
      entry(6, 'service_token.update', { name: 'old' }),
      entry(5, 'service_token.create', { name: 'older', role: 'viewer' }),
    ];
    expect(changesOf(now, earlier)).toEqual([
      { field: 'name', after: 'new', before: { value: 'old', sequence: 6 } },
      { field: 'expiresAt', after: null },
    ]);
  });

  it('have nothing before them where nothing was changed', () => {
    const lease = entry(9, 'lease.issue', { leaseId: 'two' });
    expect(changesOf(lease, [entry(8, 'lease.issue', { leaseId: 'one' })])).toEqual([
      { field: 'leaseId', after: 'two' },
    ]);
  });
});
