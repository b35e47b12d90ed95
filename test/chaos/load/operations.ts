import { fingerprint } from '@latchkey/sandbox';
import type { Client } from '../../support/client.ts';
import type { Random } from '../random.ts';
import type { Account } from './account.ts';
import { connectAccount } from './connect.ts';
import type { Recorder } from './recorder.ts';

interface Asking {
  readonly client: Client;
  readonly publicUrl: string;
  readonly recorder: Recorder;
  readonly account: Account;
  readonly random: Random;
  readonly signal: AbortSignal;
}

type Operation = (asking: Asking) => Promise<void>;

/** How long a token must still be good, in seconds. Well below its life, or no lease could ever be given. */
const minTtls = [0, 5, 10, 20, 40] as const;

const lease: Operation = async ({ client, recorder, account, random }) => {
  const { provider, credentialId } = account;
  const minTtlSeconds = random.pick(minTtls);
  const waitSeconds = random.integer(0, 8);
  if (credentialId === null) return;
  const sentAt = Date.now();
  const input = { provider, credentialId, minTtlSeconds, waitSeconds };
  const answer = await recorder.call('lease', () => client.post('/v1/leases', input));
  if (answer?.status !== 200) return;
  account.leaseId = answer.body.leaseId;
  recorder.leases.push({
    leaseId: answer.body.leaseId,
    credentialId,
    accessToken: fingerprint(answer.body.accessToken),
    minTtlSeconds,
    sentAt,
    receivedAt: Date.now(),
  });
};

const refresh: Operation = async ({ client, recorder, account: { credentialId } }) => {
  if (credentialId === null) return;
  await recorder.call('refresh', () => client.post(`/v1/credentials/${credentialId}/refresh`));
};

const report: Operation = async ({ client, recorder, account: { leaseId } }) => {
  if (leaseId === null) return;
  const refused = { outcome: 'rejected', status: 401 };
  await recorder.call('report', () => client.post(`/v1/leases/${leaseId}/report`, refused));
};

const look: Operation = async ({ client, recorder, account: { credentialId } }) => {
  if (credentialId === null) return;
  await recorder.call('look', () => client.get(`/v1/credentials/${credentialId}`));
};

const connectAgain: Operation = async ({ account, ...asking }) => {
  const { provider, credentialId } = account;
  if (credentialId === null) return;
  await connectAccount({ ...asking, provider, credentialId });
};

const replace: Operation = async ({ account, ...asking }) => {
  const { client, recorder } = asking;
  const { provider, credentialId } = account;
  if (credentialId !== null) {
    account.credentialId = null;
    account.leaseId = null;
    await recorder.call('delete', () => client.delete(`/v1/credentials/${credentialId}?force=true`));
  }
  account.credentialId = await connectAccount({ ...asking, provider });
};

/** How often each is chosen, in parts of a hundred. */
export const anybodysOperations: readonly [Operation, number][] = [
  [lease, 78],
  [refresh, 12],
  [report, 4],
  [look, 6],
];

/** Only the account's own client does these. */
export const ownersOperations = { connectAgain, replace };
