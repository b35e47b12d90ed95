/** What a security or reliability review asks for, in the words of this project. The numbers are never given again. */
export interface Statement {
  /** The section's letter and a number that goes on from section to section, such as `C24`. */
  readonly number: string;
  readonly claim: string;
  /** Why there is nothing to test, as SECURITY.md says it too. */
  readonly notApplicable?: string;
  /** What is missing. A gap that has a test is none any more: it must go. */
  readonly gap?: string;
}

export interface Section {
  readonly title: string;
  readonly statements: readonly Statement[];
}

/** `A` to `F`, in the order of their numbers. */
export const sections: readonly Section[] = [
  {
    title: 'Authorization request and callback',
    statements: [
      {
        number: 'A1',
        claim:
          'A state has 128 random bits or more, is stored as a keyed hash, belongs to one workspace, provider, client and browser, lives 10 minutes at most, and is consumed by one statement',
      },
      { number: 'A2', claim: 'A callback URL that was used is refused, and no token request leaves' },
      { number: 'A3', claim: 'A callback from another browser than the one that started is refused' },
      {
        number: 'A4',
        claim:
          'PKCE S256 with every provider that supports it, `plain` with none; the verifier stays on the server, sealed',
      },
      { number: 'A5', claim: 'PKCE is not silently left out, whatever caller, provider or definition say' },
      {
        number: 'A6',
        claim:
          'No mix-up: the state knows its provider, each provider has a redirect URI of its own, and `iss` is required where it is advertised',
      },
      {
        number: 'A7',
        claim: 'A code goes to the token endpoint that was recorded when it was asked for, and nowhere else',
      },
      {
        number: 'A8',
        claim:
          'The redirect URI is a constant of the configuration, the same byte for byte in both legs, whatever Host and X-Forwarded-* say',
      },
      { number: 'A9', claim: '`returnUrl` is from an allow-list: no open redirector' },
      {
        number: 'A10',
        claim:
          'Duplicate, oversize and unknown parameters of a callback are refused, and nothing of them is shown',
      },
      {
        number: 'A11',
        claim: '`access_denied` becomes `consent_denied`, consumes the state and makes an event',
      },
      {
        number: 'A12',
        claim: 'The least scopes are asked for; fewer than those fail with `insufficient_scope`',
      },
      {
        number: 'A13',
        claim:
          'Pages of a callback are not stored, refer to nobody, have a strict CSP; their queries are not logged',
      },
    ],
  },
  {
    title: 'Token client',
    statements: [
      {
        number: 'B14',
        claim:
          'https only, certificates always checked; plain http by an explicit allow-list of origins alone',
      },
      { number: 'B15', claim: 'Redirects are not followed' },
      {
        number: 'B16',
        claim:
          'Time limits of a call are shorter than the refresh lease, a body has 64 KiB at most, and what is no JSON is no answer',
      },
      { number: 'B17', claim: 'One way of client authentication per provider, never two at once' },
      {
        number: 'B18',
        claim:
          'A code is exchanged once at most; when nobody knows how that ended, the person connects again',
      },
      {
        number: 'B19',
        claim:
          'An answer without a refresh token keeps the old one; a new one replaces it together with the access token',
      },
      {
        number: 'B20',
        claim: 'Every odd `expires_in` has a policy, and a life counts from the start of the request',
      },
      {
        number: 'B21',
        claim:
          '`invalid_grant` is final and nothing is called after it, `invalid_client` is the client’s fault; 429, 5xx and timeouts are tried again',
      },
      {
        number: 'B22',
        claim:
          'Revocation presents the refresh token where the provider takes it, 200 is success, 503 is tried again durably, and what is here is erased regardless',
      },
      {
        number: 'B23',
        claim:
          'A refresh token goes to the provider that issued it and to nobody else, an access token to hosts of the allow-list alone',
      },
    ],
  },
  {
    title: 'Cryptography',
    statements: [
      {
        number: 'C24',
        claim: 'AES-256-GCM with a random 96-bit nonce; a tag of 16 bytes and no shorter one',
      },
      {
        number: 'C25',
        claim:
          'Associated data bind format, workspace, record, field, key and version: what was swapped, moved or rolled back does not open',
      },
      {
        number: 'C26',
        claim: 'Fewer than 2^32 encryptions per key: every record has a key of its own by HKDF',
      },
      {
        number: 'C27',
        claim:
          'A ciphertext says how it is opened; an unknown version or key fails and never gives null or the ciphertext',
      },
      {
        number: 'C28',
        claim: 'A root key that is missing, short, all zeros or another one than before stops the boot',
      },
      {
        number: 'C29',
        claim:
          'Keys are rotated on line under writes: no read fails, it goes on after an interruption, and no newer token is overwritten',
      },
      {
        number: 'C30',
        claim: 'A key that rows still need cannot be retired',
      },
      { number: 'C31', claim: 'Tokens, states and signatures are compared in constant time' },
      { number: 'C32', claim: 'Lookups and fingerprints are HMACs under a key of their own' },
    ],
  },
  {
    title: 'Leakage and tenancy',
    statements: [
      {
        number: 'D33',
        claim:
          'No secret is in a log, job, event, error, audit entry, Redis or database dump after a tour with unique ones',
      },
      { number: 'D34', claim: 'No secret is in a URL' },
      { number: 'D35', claim: 'Only a lease returns a secret' },
      {
        number: 'D36',
        claim:
          'Calls go to hosts of the provider’s list; addresses that people type are https, resolved, checked and pinned when they are connected to',
      },
      { number: 'D37', claim: 'A secret prints as `[secret]`' },
      {
        number: 'D38',
        claim: 'The id of another workspace is 404 on every route, and does nothing in a job',
      },
      { number: 'D39', claim: 'Deletion erases the ciphertext and what its key is derived from' },
    ],
  },
  {
    title: 'Audit and failure',
    statements: [
      {
        number: 'E40',
        claim: 'The audit entry is durable before a secret leaves; without an audit nothing leaves',
      },
      {
        number: 'E41',
        claim: 'The audit is append-only, hash-chained and in UTC; tampering shows',
      },
      {
        number: 'E42',
        claim: 'Text from outside cannot forge a line of log or audit; text of providers is cut',
      },
      {
        number: 'E43',
        claim:
          'Failed authentication and refused permissions are recorded; callers get errors that tell nothing',
      },
      {
        number: 'E44',
        claim: 'Every outbound dependency has a documented pool, time limit and way of trying again',
      },
      {
        number: 'E45',
        claim:
          'Rate limits on authorization start, callback, lease and key check, so that it is no oracle for stolen keys',
      },
      {
        number: 'E46',
        claim: 'Every route declares a permission and what it leaves in the audit',
      },
    ],
  },
  {
    title: 'Distribution',
    statements: [
      { number: 'F47', claim: 'Jobs carry ids alone, return nothing, and throw mapped errors' },
      {
        number: 'F48',
        claim: 'State, event and audit are one transaction; the relay may die anywhere',
      },
      {
        number: 'F49',
        claim: 'A job that is delivered twice changes nothing the second time, whatever its type',
      },
      {
        number: 'F50',
        claim: 'The transport emptied or lost: everything that is due converges within a stated time',
      },
      {
        number: 'F51',
        claim:
          'Events have no gap and keep their order in a workspace; a subscriber that was away for a minute catches up',
      },
      {
        number: 'F52',
        claim: '1,000 callers in 4 processes for one expired token are one call to the provider',
      },
      {
        number: 'F53',
        claim: 'SIGTERM in any phase under load leaves no unknown outcome and no stalled job',
      },
      { number: 'F54', claim: 'Readiness ends first, and shutdown is bounded in time' },
      {
        number: 'F55',
        claim:
          'PostgreSQL, Redis or a provider down: a documented mode, clear errors, no fail-open, recovery without a restart',
      },
      { number: 'F56', claim: 'A clock that jumps by 5 minutes on one host changes no decision' },
    ],
  },
];
