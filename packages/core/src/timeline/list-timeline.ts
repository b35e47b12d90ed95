import type { Authorization } from '../authorizations/authorization-columns.ts';
import type { AuditEntryView } from '../audit-chain/index.ts';
import type { Context } from '../context.ts';
import { getCredential } from '../credentials/index.ts';
import type { Page } from '../db/page.ts';
import type { CloudEvent } from '../events/index.ts';
import { roleMay, type Permission } from '../roles.ts';
import type { TimelineAttempt } from './attempts-of.ts';
import { mergeNewest } from './merge-newest.ts';
import { formatPosition, parsePosition, type TimelineType } from './position.ts';
import { readAttempts } from './read-attempts.ts';
import { readAudit, readAuthorizations, readEvents, type Part, type Source } from './read-sources.ts';

interface Placed {
  readonly id: string;
  readonly at: Date;
}

export type TimelineItem =
  | (Placed & {
      readonly type: 'authorization';
      readonly authorization: Authorization;
      readonly attempts: readonly TimelineAttempt[];
    })
  | (Placed & { readonly type: 'event'; readonly event: CloudEvent })
  | (Placed & { readonly type: 'audit'; readonly entry: AuditEntryView });

interface TimelineInput {
  readonly credentialId: string;
  /** `nextCursor` of the page before. */
  readonly after: string | null;
  readonly types: readonly TimelineType[];
  readonly limit: number;
}

const permissionFor = {
  authorization: 'authorization:read',
  event: 'event:read',
  audit: 'audit:read',
} as const satisfies Record<TimelineType, Permission>;

/**
 * What happened to a credential, newest first: authorizations with their attempts, events and audit in one order. Each kind
 * is read on by its own key, from an index, so that what comes later moves no page. Kinds that the role may not read are
 * left out.
 * @throws Problem `credential_not_found`, `validation_failed` when `after` is no cursor
 */
export async function listTimeline(ctx: Context, input: TimelineInput): Promise<Page<TimelineItem>> {
  const { credentialId, after, types, limit } = input;
  const position = after === null ? null : parsePosition(after);
  await getCredential(ctx, { id: credentialId });
  const read = async <T>(
    type: TimelineType,
    source: (ctx: Context, part: Part) => Promise<T[]>,
  ): Promise<T[]> => {
    const isAtEnd = position !== null && position[type] === null;
    if (isAtEnd || !types.includes(type) || !roleMay(ctx.actor.role, permissionFor[type])) return [];
    return source(ctx, { credentialId, from: position?.[type] ?? null, limit: limit + 1 });
  };
  const { items, next } = mergeNewest<Source>(
    {
      authorization: await read('authorization', readAuthorizations),
      event: await read('event', readEvents),
      audit: await read('audit', readAudit),
    },
    limit,
  );
  const attempts = await readAttempts(
    ctx,
    items.filter(({ type }) => type === 'authorization').map(({ id }) => id),
  );
  return {
    items: items.map(({ key: _key, ...item }) =>
      item.type === 'authorization' ? { ...item, attempts: attempts.get(item.id) ?? [] } : item,
    ),
    nextCursor: formatPosition(next),
  };
}
