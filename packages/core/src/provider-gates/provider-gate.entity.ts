import { defineEntity, p } from '@mikro-orm/core';
import type { GateReason } from './gate-state.ts';

/** What all workers know together about one OAuth client at one provider. Belongs to the instance, not to a workspace. */
export const ProviderGateEntity = defineEntity({
  name: 'ProviderGate',
  tableName: 'provider_gate',
  properties: {
    provider: p.text().primary(),
    clientHash: p.blob().$type<Buffer>().primary(),
    /** Permits in the bucket at `refilledAt`. */
    tokens: p.double(),
    refilledAt: p.datetime().defaultRaw('now()'),
    /** Credentials that failed one after the other, without an answer in between. */
    failing: p.array(),
    /** Null: closed. In the past: half-open. */
    openUntil: p.datetime().nullable(),
    /** How often it opened since the last answer. */
    openings: p.integer().default(0),
    /** Null while open: nothing is known about the client yet. */
    reason: p.text().$type<GateReason>().nullable(),
    message: p.text().nullable(),
    /** Somebody has the turn to try until then. */
    probeUntil: p.datetime().nullable(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});
