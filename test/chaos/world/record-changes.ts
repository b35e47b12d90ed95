import type { OwnPostgres } from './postgres.ts';

const tables = ['credential', 'refresh_attempt', 'token_journal', '"authorization"'];

/**
 * Makes the database keep every change of the tables that the checker looks at, with its transaction: what was visible
 * for a moment only is seen too, and what was deleted stays. In a schema that the product does
 * not know, and may not write to by itself.
 */
export async function recordChanges(postgres: Pick<OwnPostgres, 'query'>): Promise<void> {
  await postgres.query(`
    create schema chaos;
    create table chaos.change (
      id bigint generated always as identity primary key,
      at timestamptz not null default clock_timestamp(),
      transaction xid8 not null default pg_current_xact_id(),
      source text not null,
      before jsonb,
      after jsonb
    );
    create function chaos.record() returns trigger language plpgsql security definer as $$
    begin
      insert into chaos.change (source, before, after) values (
        tg_table_name,
        case when tg_op <> 'INSERT' then to_jsonb(old) end,
        case when tg_op <> 'DELETE' then to_jsonb(new) end);
      return null;
    end $$;
    ${tables
      .map(
        (table) =>
          `create trigger chaos_record after insert or update or delete on ${table} for each row execute function chaos.record();`,
      )
      .join('\n')}`);
}
