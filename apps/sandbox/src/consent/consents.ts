import { randomUUID } from 'node:crypto';
import type { Answer } from '../endpoint.ts';
import type { ProviderId } from '../provider-ids.ts';
import type { Account } from '../state/accounts.ts';

export type Decision = { allow: false } | { allow: true; account: Account; scopes: readonly string[] };

/** An authorization request that waits for its user. */
export interface PendingConsent {
  provider: ProviderId;
  clientId: string;
  scopes: readonly string[];
  granular: boolean;
  finish(decision: Decision): Answer | Promise<Answer>;
}

const capacity = 1000;

/** Consents by single-use ticket. The ticket is in the form's address, so that no cookie is needed. */
export class Consents {
  readonly #pending = new Map<string, PendingConsent>();

  open(pending: PendingConsent): string {
    const ticket = randomUUID();
    this.#pending.set(ticket, pending);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > capacity && oldest !== undefined) this.#pending.delete(oldest);
    return ticket;
  }

  find(ticket: string | undefined): PendingConsent | undefined {
    return this.#pending.get(ticket ?? '');
  }

  take(ticket: string | undefined): PendingConsent | undefined {
    const pending = this.find(ticket);
    this.#pending.delete(ticket ?? '');
    return pending;
  }
}
