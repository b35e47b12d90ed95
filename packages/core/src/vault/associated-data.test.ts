import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthPrefixed, placeData, wrappedKeyData } from './associated-data.ts';

const place = { workspaceId: 'ws_1', record: 'cred_1', field: 'payload', version: 1 };

describe('C25: associated data', () => {
  it('differs for any two lists of parts', () => {
    const parts = fc.array(fc.string({ maxLength: 4 }), { maxLength: 5 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        expect(lengthPrefixed(a).equals(lengthPrefixed(b))).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('differs when a character moves over the border between two parts', () => {
    expect(lengthPrefixed(['ab', 'c'])).not.toEqual(lengthPrefixed(['a', 'bc']));
    expect(lengthPrefixed(['a', ''])).not.toEqual(lengthPrefixed(['a']));
  });

  it('binds a ciphertext to format, key and every part of its place', () => {
    const all = [
      placeData(1, 'dk_1', place),
      placeData(2, 'dk_1', place),
      placeData(1, 'dk_2', place),
      placeData(1, 'dk_1', { ...place, workspaceId: 'ws_2' }),
      placeData(1, 'dk_1', { ...place, record: 'cred_2' }),
      placeData(1, 'dk_1', { ...place, field: 'journal' }),
      placeData(1, 'dk_1', { ...place, version: 2 }),
    ];
    expect(new Set(all.map((each) => each.toString('hex'))).size).toBe(all.length);
  });

  it('binds a wrapped key to id, owner, purpose and root key', () => {
    const key = { dataKeyId: 'dk_1', workspaceId: 'ws_1', purpose: 'seal', rootKeyId: 'main' } as const;
    const all = [
      wrappedKeyData(key),
      wrappedKeyData({ ...key, dataKeyId: 'dk_2' }),
      wrappedKeyData({ ...key, workspaceId: 'ws_2' }),
      wrappedKeyData({ ...key, workspaceId: null }),
      wrappedKeyData({ ...key, purpose: 'lookup' }),
      wrappedKeyData({ ...key, rootKeyId: 'other' }),
    ];
    expect(new Set(all.map((each) => each.toString('hex'))).size).toBe(all.length);
  });
});
