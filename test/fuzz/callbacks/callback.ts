import fc from 'fast-check';
import { hostileText } from '../api/hostile.ts';

/** An answer that a browser brings back from a provider, or that somebody made up. `⟦…⟧` are filled when it is sent. */
export interface Callback {
  readonly provider: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Behind the query, as it is. */
  readonly raw: string;
  /** Whose browser it is. */
  readonly browser: 'own' | 'other' | 'none' | 'forged';
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const seldom = <T>(usual: T, others: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: others });

const names = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'code',
      'state',
      'iss',
      'error',
      'error_description',
      'error_uri',
      'scope',
      'session_state',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('admin_consent', '__proto__', 'constructor', 'state[]', 'State', 'id_token'),
  },
  { weight: 1, arbitrary: hostileText },
);

const values = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('⟦state⟧', '⟦used-state⟧', '⟦state-of-another⟧', '⟦code⟧') },
  {
    weight: 2,
    arbitrary: fc.constantFrom('access_denied', 'server_error', 'invalid_scope', 'read', 'https://evil.test'),
  },
  { weight: 4, arbitrary: hostileText },
);

/** As a provider would send it, so that changes to it get past the first check. */
const right = fc.constantFrom<[string, string][][]>(
  [
    ['code', '⟦code⟧'],
    ['state', '⟦state⟧'],
  ],
  [
    ['code', '⟦code⟧'],
    ['state', '⟦state⟧'],
  ],
  [
    ['error', 'access_denied'],
    ['error_description', 'no "><fz-mark'],
    ['state', '⟦state⟧'],
  ],
  [
    ['code', '⟦code⟧'],
    ['state', '⟦used-state⟧'],
  ],
  [
    ['code', '⟦code⟧'],
    ['state', '⟦state-of-another⟧'],
  ],
);

const pair = fc.tuple(names, values);
const nothing: [string, string][] = [];

const queries = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(right, fc.oneof(fc.constant(nothing), fc.array(pair, { minLength: 1, maxLength: 2 })))
      .map((parts) => parts.flat()),
  },
  { weight: 1, arbitrary: fc.array(pair, { maxLength: 6 }) },
);

export const callbacks: fc.Arbitrary<Callback> = fc.record({
  provider: seldom(
    '⟦provider⟧',
    fc.oneof(fc.constantFrom('⟦other-provider⟧', 'nobody', '__proto__', '%2e%2e'), hostileText),
  ),
  query: queries,
  raw: seldom(
    '',
    fc.constantFrom(
      '&',
      '%',
      '%zz',
      'state',
      'state=',
      '&state=⟦state⟧',
      '?state=⟦state⟧',
      '#state=1',
      ';code=1',
      `x=${'y'.repeat(5000)}`,
      'code=%00',
      'code=%F0%9F',
    ),
  ),
  browser: fc.constantFrom('own', 'own', 'own', 'other', 'none', 'forged'),
  headers: seldom<readonly (readonly [string, string])[]>(
    [],
    fc.constantFrom(
      [['sec-purpose', 'prefetch']],
      [
        ['sec-fetch-dest', 'image'],
        ['sec-fetch-mode', 'no-cors'],
      ],
      [['host', 'evil.test']],
      [
        ['x-forwarded-host', 'evil.test'],
        ['x-forwarded-proto', 'https'],
      ],
      [['referer', 'https://evil.test/']],
      [['accept', 'application/json']],
    ),
  ),
});
