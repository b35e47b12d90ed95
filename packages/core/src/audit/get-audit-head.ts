import type { Head } from '../audit-chain/index.ts';
import type { Context } from '../context.ts';
import { db } from '../db/index.ts';
import { readHead } from './read-chain-ends.ts';

/** The end of the chain, to be kept elsewhere: with it a chain that was rewritten as a whole is noticed. */
export async function getAuditHead({ em, workspaceId }: Pick<Context, 'em' | 'workspaceId'>): Promise<Head> {
  return readHead(db(em), workspaceId);
}
