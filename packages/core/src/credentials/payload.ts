import { z } from 'zod';
import type { Context } from '../context.ts';
import type { CredentialRow } from './credential-columns.ts';

export const payloadSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('api_key'), fields: z.record(z.string(), z.string()) }),
  z.object({
    kind: z.literal('oauth2'),
    accessToken: z.string(),
    refreshToken: z.string().nullable(),
    tokenType: z.string(),
    scopes: z.array(z.string()),
  }),
]);

/** Everything secret about a credential, sealed as one: not a chosen subset of it. */
export type Payload = z.infer<typeof payloadSchema>;
export type OAuthPayload = Extract<Payload, { kind: 'oauth2' }>;

interface Owner {
  readonly id: string;
  readonly workspaceId: string;
  readonly tokenVersion: number;
  readonly keySalt: Buffer;
}

function placeOf(owner: Owner) {
  return { workspaceId: owner.workspaceId, record: owner.id, field: 'payload', version: owner.tokenVersion };
}

export async function sealPayload(
  ctx: Pick<Context, 'vault'>,
  owner: Owner,
  payload: Payload,
): Promise<Buffer> {
  return ctx.vault.seal(placeOf(owner), owner.keySalt, JSON.stringify(payload));
}

/** @throws VaultError when the ciphertext was altered, moved or sealed for another version */
export async function openPayload(
  ctx: Pick<Context, 'vault'>,
  row: Owner & Pick<CredentialRow, 'sealed'>,
): Promise<Payload> {
  return payloadSchema.parse(JSON.parse(await ctx.vault.open(placeOf(row), row.keySalt, row.sealed)));
}

/** @throws Error when the credential is of the other kind, which its `authMethod` rules out */
export async function openPayloadOf<K extends Payload['kind']>(
  ctx: Pick<Context, 'vault'>,
  kind: K,
  row: Owner & Pick<CredentialRow, 'sealed'>,
): Promise<Extract<Payload, { kind: K }>> {
  const payload = await openPayload(ctx, row);
  if (payload.kind !== kind) throw new Error(`credential ${row.id} does not hold ${kind}`);
  return payload as Extract<Payload, { kind: K }>;
}
