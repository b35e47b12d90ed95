import { z } from 'zod';
import type { Context } from '../context.ts';
import { payloadSchema } from '../credentials/payload.ts';

const instant = z.iso
  .datetime()
  .transform((text) => new Date(text))
  .nullable();
const entrySchema = z.object({
  payload: payloadSchema,
  expiresAt: instant,
  nextRefreshAt: instant,
  tokenLifetimeSeconds: z.number().nullable(),
});

type Content = z.output<typeof entrySchema>;

interface Entry {
  readonly id: string;
  readonly workspaceId: string;
  readonly tokenVersion: number;
  readonly keySalt: Buffer;
}

function placeOf(entry: Entry) {
  return { workspaceId: entry.workspaceId, record: entry.id, field: 'journal', version: entry.tokenVersion };
}

export async function sealJournalEntry(
  ctx: Pick<Context, 'vault'>,
  entry: Entry,
  content: Content,
): Promise<Buffer> {
  return ctx.vault.seal(placeOf(entry), entry.keySalt, JSON.stringify(content));
}

export async function openJournalEntry(
  ctx: Pick<Context, 'vault'>,
  entry: Entry & { sealed: Buffer },
): Promise<Content> {
  return entrySchema.parse(JSON.parse(await ctx.vault.open(placeOf(entry), entry.keySalt, entry.sealed)));
}
