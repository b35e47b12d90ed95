import { sql } from 'kysely';
import { hashedColumns } from '../audit-chain/index.ts';
import type { Db } from '../db/index.ts';

/** Where a reader is: sequences are unique, unless somebody has broken even that. */
export interface ReadPosition {
  readonly sequence: number;
  readonly id: string;
}

/** The next sealed entries of a workspace, from the oldest on, in the order of their sequence. */
export async function readEntries(
  kysely: Db,
  workspaceId: string,
  { after, limit }: { after: ReadPosition | null; limit: number },
) {
  return kysely
    .selectFrom('audit_entry')
    .select([...hashedColumns, 'hash'])
    .where('workspaceId', '=', workspaceId)
    .where('sequence', 'is not', null)
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(sequence, id) > (${after?.sequence}, ${after?.id})`),
    )
    .orderBy('sequence')
    .orderBy('id')
    .limit(limit)
    .execute();
}
