import { Migration } from '@mikro-orm/migrations';

const sealed = [
  'credential',
  'token_journal',
  'authorization',
  'oauth_client',
  'authorization_state',
  'idempotency_key',
];

const ofWorkspace = [
  'audit_anchor',
  'audit_entry',
  'authorization',
  'authorization_state',
  'credential',
  'data_key',
  'event',
  'idempotency_key',
  'key_job',
  'lease',
  'oauth_client',
  'oauth_client_flag',
  'private_subject',
  'refresh_attempt',
  'replaced_token',
  'service_token',
  'token_journal',
];

const protect = (table: string, column: string) => `select protect_workspace_rows('${table}', '${column}')`;

const statements = [
  // A condition that PostgreSQL does not know to be leakproof waits for the policy, so the index of an expression is of no
  // use below one; that of a column is.
  `drop index credential_data_key, token_journal_data_key, authorization_data_key, oauth_client_data_key,
    authorization_state_data_key, idempotency_key_data_key`,
  ...sealed.flatMap((table) => [
    `alter table "${table}" add column data_key_id text generated always as (data_key_of(sealed)) stored`,
    `create index ${table}_data_key on "${table}" (data_key_id) where data_key_id is not null`,
  ]),
  // A generated column has no value yet when this looks.
  `create or replace function refuse_journal_change() returns trigger language plpgsql as $$
  begin
    if to_jsonb(new) - '{sealed,data_key_id}'::text[] is distinct from to_jsonb(old) - '{sealed,data_key_id}'::text[]
      or data_key_of(new.sealed) is not distinct from data_key_of(old.sealed)
      or not exists (
        select from data_key where id = data_key_of(new.sealed) and workspace_id = new.workspace_id and purpose = 'seal'
      ) then
      raise exception 'token_journal is append-only' using errcode = '23514';
    end if;
    return new;
  end $$`,

  // What refuses by what it finds looks at every workspace, or it would let pass what the reach of the statement hides. The
  // setting is put back by hand: a function that brings its own needs a superuser to make it.
  `create or replace function check_one_default() returns trigger language plpgsql as $$
  declare
    workspace text := coalesce(new.workspace_id, old.workspace_id);
    source text := coalesce(new.provider, old.provider);
    reach text := current_setting('latchkey.workspaces', true);
  begin
    perform set_config('latchkey.workspaces', '*', true);
    if exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.status <> 'revoking'
        and c.visibility = 'workspace')
      and not exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.is_default) then
      raise exception 'no default credential for %', source using errcode = '23514', constraint = 'credential_one_default';
    end if;
    perform set_config('latchkey.workspaces', coalesce(reach, ''), true);
    return null;
  end $$`,
  `create or replace function refuse_retiring_in_use() returns trigger language plpgsql as $$
  declare
    reach text := current_setting('latchkey.workspaces', true);
  begin
    perform set_config('latchkey.workspaces', '*', true);
    if exists (select from data_key where root_key_id = new.key_id) then
      raise exception 'root key % wraps data keys', new.key_id using errcode = '23514', constraint = 'root_key_check_retired_unused';
    end if;
    perform set_config('latchkey.workspaces', coalesce(reach, ''), true);
    return new;
  end $$`,

  // The setting holds ids, '*', or nothing. A subquery that hangs on no row is made once per statement. Rows without a
  // workspace are the instance's, and only '*' shows them.
  `create function protect_workspace_rows(of_table text, id_column text) returns void language plpgsql as $$
  begin
    execute format(
      'create policy workspace_rows on %I
        using ((select current_setting(''latchkey.workspaces'', true)) = ''*''
          or %I = any ((select string_to_array(current_setting(''latchkey.workspaces'', true), '',''))::text[]))',
      of_table, id_column);
    execute format('alter table %I enable row level security, force row level security', of_table);
  end $$`,
  protect('workspace', 'id'),
  ...ofWorkspace.map((table) => protect(table, 'workspace_id')),

  // Its owner may be a superuser, whom no policy holds: it keeps to the reach of its caller by itself.
  `alter function prune_audit(text, bigint, text) rename to prune_audit_of_any`,
  `revoke execute on function prune_audit_of_any(text, bigint, text) from public`,
  `create function prune_audit(of_workspace text, up_to bigint, entry_id text) returns bigint
  language plpgsql security definer as $$
  begin
    if coalesce(current_setting('latchkey.workspaces', true), '') not in ('*', of_workspace) then
      return 0;
    end if;
    return prune_audit_of_any(of_workspace, up_to, entry_id);
  end $$`,
  `do $$ begin
    execute format('alter function prune_audit(text, bigint, text) set search_path = %I, pg_temp', current_schema());
  end $$`,
  `revoke execute on function prune_audit(text, bigint, text) from public`,

  // Whom policies would not hold works as this role. The role belongs to the server: another database may make it at the
  // same moment.
  `do $$ begin
    if exists (select from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)) then
      if not exists (select from pg_roles where rolname = 'latchkey_app') then
        begin
          create role latchkey_app nologin;
        exception when duplicate_object or unique_violation then null;
        end;
      end if;
      if not pg_has_role(current_user, 'latchkey_app', 'member') then
        execute format('grant latchkey_app to %I', current_user);
      end if;
      execute format('grant usage on schema %I to latchkey_app', current_schema());
      execute format('grant select, insert, update, delete on all tables in schema %I to latchkey_app', current_schema());
      execute format('grant usage, select on all sequences in schema %I to latchkey_app', current_schema());
      execute format(
        'alter default privileges in schema %I grant select, insert, update, delete on tables to latchkey_app', current_schema());
      execute format(
        'alter default privileges in schema %I grant usage, select on sequences to latchkey_app', current_schema());
      grant execute on function prune_audit(text, bigint, text) to latchkey_app;
    end if;
  end $$`,
];

export class RowLevelSecurity extends Migration {
  override name = '0006-row-level-security';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
