import type { Client } from 'pg';

/**
 * Every row of every table in every schema but PostgreSQL's own, one line each. What is stored as bytes is there
 * three times: as hex, as base64 and as the bytes themselves.
 */
export async function dumpDatabase(superuser: Client): Promise<string[]> {
  const { rows: tables } = await superuser.query<{ name: string }>(`
    select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' order by 1`);
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await superuser.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    lines.push(...rows.map(({ row }) => `${name} ${row} ${decodeBytes(row)}`));
  }
  return lines;
}

/** `to_jsonb` writes bytes as `"\\x0a1b…"`. */
function decodeBytes(row: string): string {
  return [...row.matchAll(/"\\\\x([\da-f]+)"/g)]
    .map(([, hex = '']) => Buffer.from(hex, 'hex'))
    .map((bytes) => `${bytes.toString('latin1')} ${bytes.toString('base64')}`)
    .join(' ');
}
