import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '../../support/browser.ts';
import { newSigningKey, signToken, startFakeIssuer, type FakeIssuer } from '../../support/fake-issuer.ts';
import { startStack, transport, type Stack } from '../../support/stack.ts';

let issuer: FakeIssuer;
let stack: Stack;

beforeAll(async () => {
  issuer = await startFakeIssuer();
  stack = await startStack({
    env: {
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: issuer.client.id,
      OIDC_CLIENT_SECRET: issuer.client.secret,
      OIDC_ALLOWED_EMAILS: 'ada@example.test,admin@example.test',
      OIDC_ALLOWED_DOMAINS: 'corp.test',
      OIDC_ROLE_MAPPING: 'ops=admin,dev=editor',
    },
  });
});

afterAll(async () => {
  await stack.close();
  await issuer.close();
});

type Person = Parameters<FakeIssuer['nextPerson']>[0];

async function signIn(person: Person) {
  issuer.nextPerson(person);
  const browser = openBrowser();
  const { url } = await browser.follow(`${stack.url}/auth/login`, `${stack.url}/auth/callback`);
  const granted = issuer.granted;
  const page = await browser.visit(url);
  // Else a refusal would prove nothing: the issuer must have handed the token over.
  expect(issuer.granted).toBe(granted + 1);
  const session = await browser.visit(`${stack.url}/auth/session`);
  return { page, session: session.status === 200 ? JSON.parse(session.text) : null };
}

const accepted = (person: Person) =>
  signIn(person).then(({ page, session }) => [page.status, session?.person, session?.role]);
const soon = () => Math.floor(Date.now() / 1000);
const stranger = newSigningKey().privateKey;

/** The same header and signature around other claims. */
function changeClaims(token: string, change: Record<string, unknown>): string {
  const [head, payload = '', signature] = token.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change };
  return [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
}

function claimsIn(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

describe(`ID tokens (${transport})`, () => {
  it('a right one signs in', async () => {
    expect(await accepted({})).toEqual([303, 'ada@example.test', 'viewer']);
  });

  it.each<[string, Person]>([
    [
      'whose claims were changed after signing',
      { tamper: (token) => changeClaims(token, { email: 'admin@example.test' }) },
    ],
    ['whose signature was changed', { tamper: (token) => `${token.slice(0, -6)}AAAAAA` }],
    ['without a signature', { tamper: (token) => token.replace(/[^.]*$/, '') }],
    ['of the algorithm "none"', { tamper: (token) => signToken(claimsIn(token), stranger, 'none') }],
    ['signed with another key', { key: stranger }],
    ['of another issuer', { claims: { iss: 'https://evil.test' } }],
    ['for another client', { claims: { aud: 'somebody-else' } }],
    [
      'for several clients of which we are not the one it was issued to',
      { claims: { aud: ['console', 'x'], azp: 'x' } },
    ],
    ['with another nonce', { claims: { nonce: 'of-another-sign-in' } }],
    ['without a nonce', { claims: { nonce: undefined } }],
    ['that has expired', { claims: { iat: soon() - 600, exp: soon() - 300 } }],
    ['without a subject', { claims: { sub: undefined } }],
    ['that is none', { tamper: () => 'x' }],
    ['that is missing', { tamper: () => undefined as unknown as string }],
  ])('one %s is refused', async (_name, person) => {
    const { page, session } = await signIn(person);
    expect([page.status, session], page.text).toEqual([400, null]);
    expect(page.text).toContain('invalid_callback');
  });
});

describe(`who may sign in (${transport})`, () => {
  it.each<[string, Record<string, unknown>]>([
    ['an address that the issuer has not verified', { email_verified: false }],
    ['an address of which the issuer does not say that it has', { email_verified: undefined }],
    ['an address that is not on the list', { email: 'eve@example.test' }],
    ['a domain that only ends like an allowed one', { email: 'eve@evilcorp.test' }],
    ['a domain below an allowed one', { email: 'eve@mail.corp.test' }],
    ['an address with two at signs', { email: 'eve@evil.test@example.test' }],
    ['no address at all, whatever the role', { email: undefined, groups: ['ops'] }],
  ])('refused: %s', async (_name, claims) => {
    const { page, session } = await signIn({ claims });
    expect([page.status, session], page.text).toEqual([403, null]);
    expect(page.text).toContain('forbidden');
  });

  it('allowed: an address of an allowed domain, in any spelling', async () => {
    expect(await accepted({ claims: { email: 'Grace@Corp.TEST' } })).toEqual([
      303,
      'grace@corp.test',
      'viewer',
    ]);
  });

  it('the strongest mapped role counts, and values that are not mapped give none', async () => {
    expect((await accepted({ claims: { groups: ['dev', 'ops', 'x'] } })).at(-1)).toBe('admin');
    expect((await accepted({ claims: { groups: 'dev' } })).at(-1)).toBe('editor');
    expect((await accepted({ claims: { groups: ['admin', { ops: true }, 7] } })).at(-1)).toBe('viewer');
  });
});
