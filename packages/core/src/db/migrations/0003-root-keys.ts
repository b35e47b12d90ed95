import { Migration } from '@mikro-orm/migrations';

const statements = [
  // The register of root keys. Which one wraps is kept here and no longer taken from the order of a configuration.
  `alter table root_key_check
    add column kind text not null default 'local',
    add column state text not null default 'known' check (state in ('known', 'primary', 'retired')),
    add column promoted_at timestamptz(3),
    add column retired_at timestamptz(3)`,
  `create unique index root_key_check_primary on root_key_check (state) where state = 'primary'`,
  // A key that wraps was the first of some configuration: an old one must not bring it back by itself.
  `update root_key_check set promoted_at = created_at
    where exists (select from data_key where root_key_id = root_key_check.key_id)`,
  `update root_key_check set state = 'primary'
    where key_id = (select root_key_id from data_key order by created_at desc, id desc limit 1)`,

  // Both refusals look under the lock of the root key's row, so that neither can slip past the other.
  `create function refuse_retired_root_key() returns trigger language plpgsql as $$
  begin
    perform from root_key_check where key_id = new.root_key_id and state <> 'retired' for share;
    if not found then
      raise exception 'root key % is retired', new.root_key_id using errcode = '23514', constraint = 'data_key_root_key_in_use';
    end if;
    return new;
  end $$`,
  `create trigger data_key_root_key_in_use before insert or update of root_key_id on data_key
    for each row execute function refuse_retired_root_key()`,
  `create function refuse_retiring_in_use() returns trigger language plpgsql as $$
  begin
    if exists (select from data_key where root_key_id = new.key_id) then
      raise exception 'root key % wraps data keys', new.key_id using errcode = '23514', constraint = 'root_key_check_retired_unused';
    end if;
    return new;
  end $$`,
  `create trigger root_key_check_retired_unused before update of state on root_key_check
    for each row when (new.state = 'retired') execute function refuse_retiring_in_use()`,

  `create table process_report (
    id text primary key,
    role text not null check (role in ('api', 'worker')),
    version text not null,
    root_key_ids text[] not null,
    generation bigint not null,
    started_at timestamptz(3) not null default now(),
    seen_at timestamptz(3) not null default now()
  )`,

  `create table key_job (
    id text primary key,
    kind text not null check (kind in ('rewrap', 'rotate_data')),
    workspace_id text references workspace,
    status text not null default 'running' check (status in ('running', 'succeeded', 'failed', 'cancelled')),
    total integer,
    done integer not null default 0,
    skipped integer not null default 0,
    generation bigint,
    cursor jsonb not null default '{}',
    error text,
    next_batch_at timestamptz not null default now(),
    told_at timestamptz not null default now(),
    started_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    finished_at timestamptz(3)
  )`,
  `create unique index key_job_one_running on key_job (kind) where status = 'running'`,

  // Which data key a ciphertext says it is sealed with; any bytes give an answer, so that no row can break the index.
  `create function data_key_of(sealed bytea) returns text language sql immutable strict parallel safe as $$
    select case when octet_length(sealed) > 2
      then encode(substring(sealed from 3 for get_byte(substring(sealed from 2 for 1), 0)), 'escape') end
  $$`,
  `create index credential_data_key on credential (data_key_of(sealed))`,
  `create index token_journal_data_key on token_journal (data_key_of(sealed))`,
  `create index authorization_data_key on "authorization" (data_key_of(sealed)) where sealed is not null`,
  `create index oauth_client_data_key on oauth_client (data_key_of(sealed)) where sealed is not null`,
  `create index authorization_state_data_key on authorization_state (data_key_of(sealed))`,
  `create index idempotency_key_data_key on idempotency_key (data_key_of(sealed))`,

  // An entry may be sealed anew, with another data key of its workspace; nothing else of it ever changes.
  `drop trigger token_journal_append_only on token_journal`,
  `create function refuse_journal_change() returns trigger language plpgsql as $$
  begin
    if to_jsonb(new) - 'sealed' is distinct from to_jsonb(old) - 'sealed'
      or data_key_of(new.sealed) is not distinct from data_key_of(old.sealed)
      or not exists (
        select from data_key where id = data_key_of(new.sealed) and workspace_id = new.workspace_id and purpose = 'seal'
      ) then
      raise exception 'token_journal is append-only' using errcode = '23514';
    end if;
    return new;
  end $$`,
  `create trigger token_journal_append_only before update on token_journal
    for each row execute function refuse_journal_change()`,
];

export class RootKeys extends Migration {
  override name = '0003-root-keys';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
