import type { Stack } from '../support/stack.ts';

/** A change of a row, by the API or by somebody else. */
export interface Write {
  readonly table: string;
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly workspace: string | null;
  /** Columns that changed; empty for a whole row. */
  readonly columns: readonly string[];
}

export interface WriteWatch {
  /** What connections of the API have written since the last call, but the audit and what its relay and its reports keep up. */
  take(): Promise<Write[]>;
}

/** Columns that the relay writes after the fact, and times of use. */
const kept = [
  'sequence',
  'published_at',
  'event_sequence',
  'audit_sequence',
  'audit_hash',
  'last_used_at',
  'last_seen_at',
].map((name) => `'${name}'`);

const capture = `
  create schema fuzz;
  create unlogged table fuzz.write (
    id bigint generated always as identity primary key,
    pid integer not null default pg_backend_pid(),
    "table" text not null, operation text not null, workspace text, columns text[] not null
  );
  create function fuzz.keep() returns trigger language plpgsql security definer as $$
  declare
    before jsonb := case when tg_op = 'INSERT' then '{}' else to_jsonb(old) - array[${kept.join()}] end;
    after jsonb := case when tg_op = 'DELETE' then '{}' else to_jsonb(new) - array[${kept.join()}] end;
    changed text[] := '{}';
  begin
    if tg_op = 'UPDATE' then
      if before = after then return null; end if;
      changed := array(select key from jsonb_each(after) where before -> key is distinct from value);
    end if;
    insert into fuzz.write ("table", operation, workspace, columns)
      values (tg_table_name, tg_op, coalesce(after ->> 'workspace_id', before ->> 'workspace_id'), changed);
    return null;
  end $$;
  do $$ declare each regclass; begin
    for each in select c.oid::regclass from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname = 'public' and c.relname not in ('audit_entry', 'migration', 'process_report')
    loop
      execute format('create trigger fuzz_keep after insert or update or delete on %s for each row execute function fuzz.keep()', each);
    end loop;
  end $$`;

interface Pool {
  on(event: 'acquire', listener: (client: { readonly processID: number }) => void): void;
}

/** Tells the writes of the API from those of the worker, which goes on all the time, by their connections. */
export async function watchWrites({ api, database }: Pick<Stack, 'api' | 'database'>): Promise<WriteWatch> {
  const { superuser } = database;
  await superuser.query(capture);
  const connections = new Set<number>();
  const pool = (await api.orm.em.getConnection().getNativeClient()) as unknown as Pool;
  pool.on('acquire', ({ processID }) => connections.add(processID));
  let last = 0;
  return {
    async take() {
      const { rows } = await superuser.query<Write & { id: string }>(
        `select id, "table", operation, workspace, columns from fuzz.write where id > $1 and pid = any($2) order by id`,
        [last, [...connections]],
      );
      last = Math.max(last, ...rows.map(({ id }) => Number(id)));
      return rows;
    },
  };
}
