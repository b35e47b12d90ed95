import { describe, expect, test } from 'vitest';
import { isLiteralAddress, isPublicAddress } from './check-address.ts';
import { checkUrl } from './check-url.ts';
import { OutboundError } from './outbound-error.ts';

describe('D36: an address', () => {
  test.each(['8.8.8.8', '104.18.2.1', '2606:4700::6810:201', '2a00:1450:4001:830::200e'])(
    '%s of the public internet passes',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['unspecified', '::'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '192.168.1.1'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['link-local and metadata', '169.254.169.254'],
    ['metadata of Azure', '168.63.129.16'],
    ['metadata of AWS over IPv6', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['site-local', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['documentation', '203.0.113.7'],
    ['documentation', '2001:db8::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped, public inside', '::ffff:8.8.8.8'],
    ['IPv4-compatible', '::7f00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['local NAT64', '64:ff9b:1::a00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['not an address', 'localhost'],
  ])('that is %s is refused: %s', (_, address) => expect(isPublicAddress(address)).toBe(false));
});

test.each([
  '127.0.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0177.0.0.1',
  '127.1',
  '127.0.0.1.',
  '%31%32%37.0.0.1',
  '①②⑦.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '8.8.8.8',
])('a host written as the address %s is seen and refused', (host) => {
  expect(isLiteralAddress(new URL(`https://${host}/`))).toBe(true);
  expect(() => checkUrl(`https://${host}/`, 'any_public', new Set())).toThrow(
    expect.objectContaining({ reason: 'refused_address', sent: 'not_sent' }),
  );
});

const reasonOf = (url: string, hosts: readonly string[] | 'any_public' = ['api.test']) => {
  try {
    checkUrl(url, hosts, new Set(['http://insecure.test']));
    return null;
  } catch (error) {
    return error instanceof OutboundError ? error.reason : error;
  }
};

describe('B14, B23: a URL is refused', () => {
  test.each([
    'http://api.test/',
    'ftp://api.test/',
    'file:///etc/passwd',
    'not a url',
    'https://user:pass@api.test/',
  ])('for what it is: %s', (url) => expect(reasonOf(url)).toBe('refused_url'));
  test.each([
    'https://evil.test/',
    'https://api.test.evil.test/',
    'https://api.test./',
    'https://xapi.test/',
  ])('for its host: %s', (url) => expect(reasonOf(url)).toBe('refused_host'));
  test('unless its host is allowed', () => expect(reasonOf('https://api.test/x')).toBeNull());
  test('unless its origin may be insecure, and then still by its host', () => {
    expect(reasonOf('http://insecure.test/', 'any_public')).toBeNull();
    expect(reasonOf('http://insecure.test/')).toBe('refused_host');
    expect(reasonOf('http://insecure.test:81/', 'any_public')).toBe('refused_url');
  });
});
