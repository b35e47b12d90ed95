import { providerAnswers, type ProviderAnswer } from '@latchkey/core/testing/provider-answers.ts';
import fc from 'fast-check';
import { sendings, type Sending } from './raw-answer.ts';

const kinds = ['validate', 'exchange', 'account', 'refresh', 'revoke'] as const;

/** What is going on when the provider says something strange. */
export type Kind = (typeof kinds)[number];

export interface Case {
  readonly kind: Kind;
  readonly answer: ProviderAnswer;
  readonly sending: Sending;
}

export const cases: fc.Arbitrary<Case> = fc.record({
  kind: fc.constantFrom(...kinds),
  answer: providerAnswers,
  sending: sendings,
});

/** The endpoint that says it. */
export const endpointOf: Readonly<Record<Kind, string>> = {
  validate: '/me',
  exchange: '/token',
  account: '/me',
  refresh: '/token',
  revoke: '/revoke',
};

/** A case as somebody can read it, in a line. */
export function toLine({ kind, answer, sending }: Case): string {
  const text = JSON.stringify({ ...answer, ...sending });
  return `${kind}: ${text.replaceAll(/(.{1,8}?)\1{40,}/g, (run, each: string) => `${each}{${run.length} characters}`)}`;
}
