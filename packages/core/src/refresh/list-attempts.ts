import type { Context } from '../context.ts';
import { getCredential } from '../credentials/index.ts';
import { db } from '../db/index.ts';
import { toPage, type Page } from '../db/page.ts';

const attemptColumns = [
  'id',
  'authorizationId',
  'reason',
  'takeover',
  'state',
  'errorCode',
  'providerStatus',
  'tokenVersion',
  'fence',
  'startedAt',
  'resolvedAt',
] as const;

interface ListAttemptsInput {
  readonly credentialId: string;
  readonly cursor: string | null;
  readonly limit: number;
}

export type Attempt = Awaited<ReturnType<typeof readAttempts>>[number];

/**
 * The presentations of a credential's refresh tokens to its provider, newest first.
 * @throws Problem `credential_not_found`, also for another workspace's id
 */
export async function listAttempts(ctx: Context, input: ListAttemptsInput): Promise<Page<Attempt>> {
  await getCredential(ctx, { id: input.credentialId });
  return toPage(await readAttempts(ctx, input), input.limit);
}

/** By fence: it rises with every holder, while ids follow the clocks of the hosts that made them. */
async function readAttempts(ctx: Context, { credentialId, cursor, limit }: ListAttemptsInput) {
  const attempts = db(ctx.em)
    .selectFrom('refresh_attempt')
    .where('workspaceId', '=', ctx.workspaceId)
    .where('credentialId', '=', credentialId);
  return attempts
    .select(attemptColumns)
    .$if(cursor !== null, (query) =>
      query.where('fence', '<', attempts.select('fence').where('id', '=', cursor)),
    )
    .orderBy('fence', 'desc')
    .limit(limit + 1)
    .execute();
}
