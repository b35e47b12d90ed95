import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressAllowed } from './address-allowed.ts';
import { parseNetwork } from './parse-network.ts';

describe('parseNetwork', () => {
  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    [' 10.0.0.128/25 ', '10.0.0.128/25'],
    ['2001:DB8::1/32', '2001:db8::/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::/0', '::/0'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['2001:db8:8000::/33', '2001:db8:8000::/33'],
  ])('%j is %s', (text, network) => {
    expect(parseNetwork(text)).toBe(network);
  });

  it.each([
    '',
    'localhost',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '010.0.0.1',
    '0x0a.0.0.1',
    '167772161',
    '2001:db8::/129',
    'fe80::1%eth0',
    '::ffff:0.0.0.0/90',
    '10.0.0.0 /8',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
});

describe('addressAllowed', () => {
  const networks = ['10.0.0.0/8', '2001:db8::/32'];

  it.each([
    ['10.255.0.1', true],
    ['11.0.0.1', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:a01:203', true],
    ['::ffff:11.1.2.3', false],
    ['2001:db8:ffff::1', true],
    ['2001:db9::1', false],
    ['::1', false],
    ['', false],
    ['unix', false],
  ])('from %j: %s', (address, allowed) => {
    expect(addressAllowed(networks, address)).toBe(allowed);
  });

  it('any address where no network is named, and link-local ones whatever interface they came by', () => {
    expect(addressAllowed(null, 'whatever')).toBe(true);
    expect(addressAllowed(['fe80::/10'], 'fe80::1%eth0')).toBe(true);
  });

  it('a network of all IPv6 addresses has no IPv4 one, and the other way round', () => {
    expect(addressAllowed(['::/0'], '::ffff:10.0.0.1')).toBe(false);
    expect(addressAllowed(['0.0.0.0/0'], '2001:db8::1')).toBe(false);
  });

  it('exactly the addresses that share the first bits', () => {
    const address = fc.ipV4();
    const toNumber = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (base, from, bits) => {
        const network = parseNetwork(`${base}/${bits}`) ?? '';
        const size = 2 ** (32 - bits);
        const same = Math.floor(toNumber(base) / size) === Math.floor(toNumber(from) / size);
        expect(addressAllowed([network], from)).toBe(same);
        expect(addressAllowed([network], `::ffff:${from}`)).toBe(same);
      }),
    );
  });
});
