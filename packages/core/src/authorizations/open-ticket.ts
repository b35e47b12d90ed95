import type { Context } from '../context.ts';
import { db, withinWorkspaces } from '../db/index.ts';
import { requireOAuth2, requireProvider } from '../providers/require-provider.ts';
import type { Provider } from '../providers/index.ts';
import { confirmationOf, findByTicket, needsConfirmation, newToken } from './tickets.ts';

export interface OpenedTicket {
  readonly authorizationId: string;
  readonly provider: Provider;
  readonly workspaceName: string;
  readonly scopes: readonly string[];
  readonly requestedBy: string;
  readonly needsConfirmation: boolean;
  /** Value of the binding cookie for this browser. */
  readonly browser: string;
  /** Belongs into the Continue link. */
  readonly confirmation: string;
}

/** What the start page shows. Consumes nothing, however often and by whomever it is opened. @throws Problem `invalid_callback` */
export async function openTicket(
  ctx: Context,
  { ticket, sessionId, browser }: { ticket: string; sessionId: string | null; browser: string | null },
): Promise<OpenedTicket> {
  const row = await findByTicket(ctx, ticket);
  const provider = requireProvider(ctx.catalogue, row.provider);
  const workspace = await db(withinWorkspaces(ctx.em, [row.workspaceId]))
    .selectFrom('workspace')
    .select('name')
    .where('id', '=', row.workspaceId)
    .executeTakeFirstOrThrow();
  const bound = browser ?? newToken();
  return {
    authorizationId: row.id,
    provider,
    workspaceName: workspace.name,
    scopes: requireOAuth2(provider).scopes,
    requestedBy: row.requestedBy,
    needsConfirmation: needsConfirmation(ctx.vault, row, { sessionId, browser }),
    browser: bound,
    confirmation: confirmationOf(ctx.vault, ticket, bound),
  };
}
