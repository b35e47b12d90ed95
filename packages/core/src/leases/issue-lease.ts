import { queueAuthorization } from '../authorizations/queue-authorization.ts';
import { transact, type Context } from '../context.ts';
import { connectUrl, openPayloadOf } from '../credentials/index.ts';
import { Problem, type ProblemCode } from '../errors.ts';
import { waitUntil } from '../events/index.ts';
import { newId } from '../ids.ts';
import { requireProvider } from '../providers/require-provider.ts';
import { Secret } from '../secret.ts';
import { decideLease, type LeaseDecision } from './decide-lease.ts';
import type { LeaseRow } from './read-credentials.ts';

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
 * one refresh is queued, whoever asks, and every caller waits for it. The audit is durable before the secret leaves.
 * @throws Problem `provider_not_found`, `credential_not_found`, `credential_invalid`, `reauthorization_required`,
 * `min_ttl_unavailable`, `refresh_in_progress`, `provider_unavailable`, `credential_not_ready`
 */
export async function issueLease(ctx: Context, input: IssueLeaseInput): Promise<Lease> {
  const provider = requireProvider(ctx.catalogue, input.provider);
  const question = {
    workspaceId: ctx.workspaceId,
    provider: provider.id,
    credentialId: input.credentialId ?? null,
  };
  const decide = (row: LeaseRow | null) => decideLease(row, provider.id, input.minTtlSeconds);

  let queuedFor: number | null = null;
  const row = await waitUntil({
    bus: ctx.bus,
    waitSeconds: input.waitSeconds,
    signal: input.signal,
    concerns: ({ subject }, value) => subject === value?.id,
    done: (value) => ['serve', 'refuse'].includes(decide(value).kind),
    read: async () => {
      const current = await ctx.leases.read(question);
      if (current !== null && current.tokenVersion !== queuedFor && decide(current).kind === 'refresh') {
        queuedFor = await queueRefresh(ctx, current);
      }
      return current;
    },
  });
  const decision = decide(row);
  if (decision.kind !== 'serve' || row === null) throw refusal(ctx, row, decision);
  return serve(ctx, row, input);
}

/**
 * One promise per credential in this process; across processes the index on authorizations at work.
 * @returns the version that the work at hand is about: an older one than ours means to ask again
 */
function queueRefresh(ctx: Context, row: LeaseRow): Promise<number | null> {
  return ctx.leases.once(`${row.id}/${row.tokenVersion}`, async () => {
    const input = { kind: 'refresh_token', credential: row, reason: 'lease' } as const;
    const { tokenVersion } = await transact(ctx, (tx) => queueAuthorization(tx, input));
    return tokenVersion;
  });
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

const retryAfterSeconds = 5;

function refusal(ctx: Context, row: LeaseRow | null, decision: LeaseDecision): Problem {
  if (row === null) return new Problem('credential_not_found');
  if (decision.kind === 'refuse') {
    const needsPerson: readonly ProblemCode[] = ['reauthorization_required', 'credential_invalid'];
    if (!needsPerson.includes(decision.code)) return new Problem(decision.code);
    return new Problem(decision.code, {
      ...(row.lastErrorMessage === null ? {} : { detail: row.lastErrorMessage }),
      extensions: {
        connectUrl: connectUrl(ctx.settings, row.id),
        credentialId: row.id,
        reason: row.lastErrorCode,
      },
    });
  }
  if (decision.kind === 'wait') {
    const detail = row.lastErrorMessage ?? 'The key has not been validated yet.';
    return new Problem('credential_not_ready', { detail, retryAfterSeconds });
  }
  if (row.lastErrorMessage !== null)
    return new Problem('provider_unavailable', { detail: row.lastErrorMessage, retryAfterSeconds });
  return new Problem('refresh_in_progress', { retryAfterSeconds });
}
