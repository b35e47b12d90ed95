import type { FastifyReply, FastifyRequest } from 'fastify';
import { seesAll } from '@latchkey/core/access';
import { inWorkspace, type Context } from '@latchkey/core/context.ts';
import { answerPlace, db } from '@latchkey/core/db';
import { Problem } from '@latchkey/core/errors.ts';

interface Answer<T, Body> {
  readonly status: number;
  readonly body: (result: T) => Body;
}

interface StoredAnswer {
  readonly status: number;
  readonly json: string;
}

/** The key of a request, null when it has none. @throws Problem `bad_request` */
export function idempotencyKey(headers: FastifyRequest['headers']): string | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem('bad_request', { detail: 'Idempotency-Key must be 1 to 255 visible ASCII characters.' });
}

/** JSON with sorted members: two spellings of one request are the same request. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

interface Asked extends Pick<FastifyRequest, 'method' | 'url' | 'body'> {
  readonly routeOptions: { readonly schema?: { readonly body?: unknown } };
}

/**
 * What makes a request the same as before. Hashed under a key: the body may hold a secret. One that the route does not take
 * counts for nothing, as nobody has looked at how deep it goes.
 */
export function requestText({ method, url, body, routeOptions }: Asked): string {
  const taken = routeOptions.schema?.body === undefined ? null : body;
  return [method, url, canonicalJson(taken ?? null)].join('\n');
}

/**
 * Runs a use case that creates something, once per `Idempotency-Key` of a caller. The answer is stored, sealed, in
 * the transaction that did the work: either both are there or none. A repetition gets the stored answer for as long
 * as it is kept (24 hours), with `Idempotency-Replayed: true`. Leases have no part in it: a lease is always fresh.
 * @throws Problem `idempotency_key_reused` when the key came with another request before; `credential_not_found` when the
 * answer is about what has become private to somebody else
 */
export async function idempotent<T, Body>(
  request: FastifyRequest,
  reply: FastifyReply,
  work: (ctx: Context) => Promise<T>,
  answer: Answer<T, Body>,
): Promise<Body> {
  const { ctx } = request;
  const key = idempotencyKey(request.headers);
  if (key === null) {
    reply.code(answer.status);
    return answer.body(await work(ctx));
  }
  await ctx.vault.warm(ctx.workspaceId);
  const requestHash = ctx.vault.lookupHash('idempotency', requestText(request));
  const replay = async () => {
    const stored = await findAnswer(ctx, key, requestHash);
    if (stored === null) return null;
    await requireVisible(ctx, stored);
    reply.code(stored.status).header('idempotency-replayed', 'true');
    return JSON.parse(stored.json) as Body;
  };
  const before = await replay();
  if (before !== null) return before;
  const { status } = answer;
  const beforeCommit = async (tx: Context, result: unknown) => {
    // What belongs to the instance is done in the default workspace, whichever the caller chose.
    const own = inWorkspace(tx, ctx.workspaceId);
    await storeAnswer(own, key, requestHash, { status, json: JSON.stringify(answer.body(result as T)) });
  };
  try {
    const result = await work({ ...ctx, beforeCommit });
    reply.code(status);
    return answer.body(result);
  } catch (error) {
    // Of two at the same time one loses: on the key itself, or earlier on something that both would create.
    const meanwhile = await replay();
    if (meanwhile !== null) return meanwhile;
    throw error;
  }
}

function placeOf(ctx: Context, key: string) {
  return answerPlace({ workspaceId: ctx.workspaceId, actorId: ctx.actor.id, key });
}

async function findAnswer(ctx: Context, key: string, requestHash: Buffer): Promise<StoredAnswer | null> {
  const row = await db(ctx.em)
    .selectFrom('idempotency_key')
    .select(['requestHash', 'status', 'keySalt', 'sealed'])
    .where('workspaceId', '=', ctx.workspaceId)
    .where('actorId', '=', ctx.actor.id)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row === undefined) return null;
  if (!requestHash.equals(row.requestHash)) throw new Problem('idempotency_key_reused');
  return { status: row.status, json: await ctx.vault.open(placeOf(ctx, key), row.keySalt, row.sealed) };
}

/** An answer says what was seen then; who may see it is decided now. */
async function requireVisible(ctx: Context, { json }: StoredAnswer): Promise<void> {
  const named = json.match(/(?<![\w-])(?:cred|auth)_[\da-z]{26}(?![\w-])/g) ?? [];
  if (!(await seesAll(ctx.em, ctx.actor, named))) throw new Problem('credential_not_found');
}

async function storeAnswer(
  tx: Context,
  key: string,
  requestHash: Buffer,
  { status, json }: StoredAnswer,
): Promise<void> {
  const keySalt = tx.vault.newSalt();
  const sealed = await tx.vault.seal(placeOf(tx, key), keySalt, json);
  await db(tx.em)
    .insertInto('idempotency_key')
    .values({ workspaceId: tx.workspaceId, actorId: tx.actor.id, key, requestHash, status, keySalt, sealed })
    .execute();
}
