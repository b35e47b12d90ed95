import type { Context } from '../context.ts';
import { openPayloadOf } from '../credentials/index.ts';
import { Problem } from '../errors.ts';
import { newId } from '../ids.ts';
import { requireProvider } from '../providers/require-provider.ts';
import { Secret } from '../secret.ts';
import { countRefusedLease } from './count-refused-lease.ts';
import type { LeaseRow } from './read-credentials.ts';
import { refuseLease } from './refuse-lease.ts';
import { waitForToken } from './wait-for-token.ts';

export interface IssueLeaseInput {
  readonly provider: string;
  /** Null: the default credential of the provider. */
  readonly credentialId?: string | null | undefined;
  /** How long the token must still be good. */
  readonly minTtlSeconds: number;
  /** How long to wait for a refresh or a validation. */
  readonly waitSeconds: number;
  readonly runId?: string | null | undefined;
  readonly nodeId?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface LeaseFacts {
  readonly leaseId: string;
  readonly credentialId: string;
  readonly provider: string;
}

export type Lease = LeaseFacts &
  (
    | { readonly type: 'api_key'; readonly fields: Readonly<Record<string, Secret>> }
    | {
        readonly type: 'oauth2';
        readonly accessToken: Secret;
        readonly tokenType: string;
        readonly expiresAt: Date | null;
        readonly scopes: readonly string[];
      }
  );

/**
 * Hands a working credential to a pipeline run. A token that is good for long enough is handed out at once; otherwise
 * one refresh is queued, whoever asks, and every caller waits for it. The audit is durable before the secret leaves, and
 * refusals are counted for it.
 * @throws Problem `provider_not_found`, `credential_not_found`, `owner_only`, `credential_invalid`, `reauthorization_required`,
 * `min_ttl_unavailable`, `refresh_in_progress`, `provider_unavailable`, `credential_not_ready`, `too_many_waiting`
 * @throws AuditUnavailable
 */
export async function issueLease(ctx: Context, input: IssueLeaseInput): Promise<Lease> {
  let subject = 'unknown provider';
  try {
    const provider = requireProvider(ctx.catalogue, input.provider);
    subject = provider.id;
    const { row, decision } = await waitForToken(ctx, {
      ...input,
      provider: provider.id,
      credentialId: input.credentialId ?? null,
    });
    subject = row?.id ?? provider.id;
    if (decision.kind !== 'serve' || row === null) throw refuseLease(ctx, row, decision);
    return await serve(ctx, row, input);
  } catch (error) {
    if (error instanceof Problem) countRefusedLease(ctx, subject, error);
    throw error;
  }
}

async function serve(ctx: Context, row: LeaseRow, input: IssueLeaseInput): Promise<Lease> {
  const facts = { leaseId: newId('lease'), credentialId: row.id, provider: row.provider };
  const lease = await open(ctx, row, facts);
  await ctx.leases.record({
    id: facts.leaseId,
    workspaceId: ctx.workspaceId,
    credentialId: row.id,
    tokenVersion: row.tokenVersion,
    runId: input.runId ?? null,
    nodeId: input.nodeId ?? null,
    audit: {
      workspaceId: ctx.workspaceId,
      actor: ctx.actor,
      requestId: ctx.requestId,
      clientAddress: ctx.clientAddress,
      action: 'lease.issue',
      subject: row.id,
      data: {
        leaseId: facts.leaseId,
        tokenVersion: row.tokenVersion,
        runId: input.runId ?? null,
        nodeId: input.nodeId ?? null,
      },
    },
  });
  return lease;
}

async function open(ctx: Context, row: LeaseRow, facts: LeaseFacts): Promise<Lease> {
  if (row.authMethod === 'api_key') {
    const { fields } = await openPayloadOf(ctx, 'api_key', row);
    const secrets = Object.entries(fields).map(([name, value]) => [name, new Secret(value)] as const);
    return { ...facts, type: 'api_key', fields: Object.fromEntries(secrets) };
  }
  const { accessToken, tokenType } = await openPayloadOf(ctx, 'oauth2', row);
  return {
    ...facts,
    type: 'oauth2',
    accessToken: new Secret(accessToken),
    tokenType,
    expiresAt: row.expiresAt,
    scopes: row.scopes,
  };
}
