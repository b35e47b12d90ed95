import { fingerprint, type LogEntry } from '@latchkey/sandbox';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import { connect, finish, providerLog } from './flows.ts';
import type { Stack } from './stack.ts';

/** What tests of the refresh protocol look at: a connected account, its row, its attempts, and the provider's log. */
export interface Connection {
  readonly id: string;
  /** Queues a refresh. @returns the id of its authorization */
  refresh(): Promise<string>;
  /** Queues a refresh and waits for its end. */
  refreshed(): Promise<{ status: string; error: { code: string } | null; attempts: number }>;
  row(): Promise<{
    status: string;
    health: string;
    token_version: number;
    fence: string;
    sealed: Buffer;
    last_error_code: string | null;
  }>;
  /** States of the attempts in the order of their fences. */
  attempts(): Promise<string[]>;
  journal(): Promise<number>;
  /** Fingerprint, as the provider's log has it, of the access token that a lease gives now. */
  leased(): Promise<string>;
}

/** Connects an account at the sandbox's OAuth server, which rotates strictly. */
export async function openConnection(stack: Stack): Promise<Connection> {
  const { credential } = await connect(stack, { provider: 'sandbox' });
  const { id } = credential;
  const query = async (text: string) => (await stack.database.superuser.query(text, [id])).rows;
  const refresh = async () => {
    const answer = await stack.admin.post(`/v1/credentials/${id}/refresh`);
    expect(answer.status, answer.text).toBe(202);
    return answer.body.authorization.id;
  };
  return {
    id,
    refresh,
    refreshed: async () => finish(stack.admin, await refresh(), 40),
    row: async () => (await query('select * from credential where id = $1'))[0],
    attempts: async () => {
      const rows = await query('select state from refresh_attempt where credential_id = $1 order by fence');
      return rows.map(({ state }) => state);
    },
    journal: async () => (await query('select id from token_journal where credential_id = $1')).length,
    leased: async () => {
      const lease = await stack.admin.post('/v1/leases', {
        provider: 'sandbox',
        credentialId: id,
        minTtlSeconds: 0,
      });
      expect(lease.status, lease.text).toBe(200);
      return fingerprint(lease.body.accessToken);
    },
  };
}

/** Waits until the provider has issued the tokens of a refresh that it has not answered yet. */
export async function issuedButUnanswered(stack: Stack): Promise<LogEntry> {
  return eventually(
    async () =>
      (await providerLog(stack, 'sandbox', 'token.refresh')).find(
        (entry) => entry.committed && !entry.delivered,
      ),
    { describe: 'the provider issues tokens and holds its answer back' },
  );
}
