import { z } from 'zod';

/** What came of a refresh. `adopted`: a token of an earlier presentation was there; `held_back`: nothing was presented. */
const refreshOutcomes = ['succeeded', 'adopted', 'not_sent', 'unknown', 'rejected', 'held_back'] as const;
export type RefreshOutcome = (typeof refreshOutcomes)[number];

/** What an event about a refreshed credential says of the refresh: ids and enums. */
export const refreshFacts = z.strictObject({
  attemptId: z.string().nullable(),
  outcome: z.enum(refreshOutcomes),
  /** The same token had been presented before, and nobody knows how that ended. */
  takeover: z.boolean(),
  /** Where the new token came from; null without one. */
  source: z.enum(['answer', 'journal', 'spill']).nullable(),
  /** HTTP status of the provider's answer; null when none came. */
  providerStatus: z.int().nullable(),
});

export type RefreshFacts = z.infer<typeof refreshFacts>;
