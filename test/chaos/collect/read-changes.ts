import type { OwnPostgres } from '../world/postgres.ts';

/** A row as `to_jsonb` writes it: snake case, instants as text, bytes as `\x…`. */
export type Row = Readonly<Record<string, unknown>>;

export interface Change {
  readonly at: number;
  readonly transaction: string;
  readonly source: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** Every change that was recorded, in order. */
export async function readChanges(postgres: Pick<OwnPostgres, 'query'>): Promise<Change[]> {
  const rows = await postgres.query<Omit<Change, 'at'> & { at: Date }>(
    `select at, transaction::text, source, before, after from chaos.change order by id`,
  );
  return rows.map((row) => ({ ...row, at: row.at.getTime() }));
}

export function text(row: Row | null | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}

export function number(row: Row | null | undefined, column: string): number {
  return Number(row?.[column]);
}

export function bytes(row: Row, column: string): Buffer {
  return Buffer.from(text(row, column).slice(2), 'hex');
}
