import { Migration } from '@mikro-orm/migrations';

const statements = [
  `create table workspace (
    id text primary key,
    name text not null unique check (name = btrim(name) and char_length(name) between 1 and 100),
    event_sequence bigint not null default 0,
    audit_sequence bigint not null default 0,
    audit_hash bytea,
    created_at timestamptz(3) not null default now()
  )`,

  `create table service_token (
    id text primary key,
    workspace_id text not null references workspace,
    name text not null check (name = btrim(name) and char_length(name) between 1 and 100),
    role text not null check (role in ('admin', 'editor', 'runner', 'viewer')),
    token_hash bytea not null unique,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    created_at timestamptz(3) not null default now()
  )`,
  `create index on service_token (workspace_id, id)`,

  `create table console_session (
    id text primary key,
    token_hash bytea not null unique,
    subject text not null,
    role text not null check (role in ('admin', 'editor', 'runner', 'viewer')),
    created_at timestamptz(3) not null default now(),
    expires_at timestamptz(3) not null
  )`,
  `create index on console_session (expires_at)`,

  `create table root_key_check (
    key_id text primary key,
    check_value bytea not null,
    created_at timestamptz(3) not null default now()
  )`,
  `create table data_key (
    id text primary key,
    workspace_id text references workspace,
    purpose text not null check (purpose in ('seal', 'lookup')),
    root_key_id text not null references root_key_check,
    wrapped bytea not null,
    created_at timestamptz(3) not null default now(),
    retired_at timestamptz(3)
  )`,
  `create unique index data_key_current on data_key (workspace_id, purpose) nulls not distinct where retired_at is null`,

  `create table oauth_client (
    id text primary key,
    workspace_id text not null references workspace,
    provider text not null,
    client_id text not null check (client_id <> ''),
    params jsonb not null,
    enabled boolean not null,
    version integer not null,
    key_salt bytea not null,
    sealed bytea,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    unique (workspace_id, provider)
  )`,
  `create table oauth_client_flag (
    workspace_id text not null references workspace,
    provider text not null,
    client_id text not null,
    message text not null,
    flagged_at timestamptz(3) not null default now(),
    primary key (workspace_id, provider, client_id)
  )`,

  `create table credential (
    id text primary key,
    workspace_id text not null references workspace,
    provider text not null,
    name text not null check (name = btrim(name) and char_length(name) between 1 and 100),
    auth_method text not null check (auth_method in ('api_key', 'oauth2')),
    status text not null check (status in ('pending', 'active', 'reauthorization_required', 'invalid', 'revoking')),
    health text not null check (health in ('ok', 'refresh_failing')),
    is_default boolean not null check (not (is_default and status = 'revoking')),
    account_id text,
    account_name text,
    account_avatar_url text,
    notice text,
    scopes text[] not null default '{}',
    client_mode text check (client_mode in ('default', 'custom')),
    client_id text,
    client_params jsonb not null default '{}',
    key_salt bytea not null,
    sealed bytea not null,
    token_version integer not null check (token_version > 0),
    grant_fingerprint bytea,
    expires_at timestamptz(3),
    token_lifetime_seconds integer,
    reconnect_by timestamptz(3),
    next_refresh_at timestamptz(3),
    next_validation_at timestamptz(3),
    refresh_failures integer not null default 0,
    fence bigint not null default 0,
    lease_owner text,
    lease_until timestamptz(3),
    last_error_code text,
    last_error_message text,
    last_error_at timestamptz(3),
    last_used_at timestamptz(3),
    last_refreshed_at timestamptz(3),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create unique index credential_name on credential (workspace_id, provider, name) where status <> 'revoking'`,
  `create unique index credential_default on credential (workspace_id, provider) where is_default`,
  `create index credential_by_grant on credential (grant_fingerprint) where grant_fingerprint is not null`,
  `create index credential_list on credential (workspace_id, id)`,
  `create index credential_due_refresh on credential (next_refresh_at) where next_refresh_at is not null and status = 'active'`,
  `create index credential_due_validation on credential (next_validation_at) where next_validation_at is not null and status in ('pending', 'active', 'invalid')`,

  // Checked at commit, so that one transaction may move the default from one credential to another.
  `create function check_one_default() returns trigger language plpgsql as $$
  declare
    workspace text := coalesce(new.workspace_id, old.workspace_id);
    source text := coalesce(new.provider, old.provider);
  begin
    if exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.status <> 'revoking')
      and not exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.is_default) then
      raise exception 'no default credential for %', source using errcode = '23514', constraint = 'credential_one_default';
    end if;
    return null;
  end $$`,
  `create constraint trigger credential_one_default after insert or delete or update of is_default, status on credential
    deferrable initially deferred for each row execute function check_one_default()`,
  `create function refuse_lower_token_version() returns trigger language plpgsql as $$
  begin
    raise exception 'token_version and fence only rise' using errcode = '23514', constraint = 'credential_token_version_rises';
  end $$`,
  `create trigger credential_token_version_rises before update of token_version, fence on credential
    for each row when (new.token_version < old.token_version or new.fence < old.fence) execute function refuse_lower_token_version()`,

  `create table "authorization" (
    id text primary key,
    workspace_id text not null references workspace,
    kind text not null check (kind in ('validate_key', 'exchange_code', 'refresh_token', 'revoke')),
    status text not null check (status in ('awaiting_consent', 'queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled')),
    provider text not null,
    credential_id text,
    token_version integer,
    reason text not null,
    requested_by text not null,
    session_id text,
    connect jsonb,
    ticket_hash bytea unique,
    client_mode text check (client_mode in ('default', 'custom')),
    client_id text,
    client_params jsonb,
    key_salt bytea not null,
    sealed bytea,
    presented_at timestamptz(3),
    attempts integer not null default 0,
    next_attempt_at timestamptz(3),
    error_code text,
    error_message text,
    error_retryable boolean,
    error_actor text,
    created_at timestamptz(3) not null default now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    expires_at timestamptz(3)
  )`,
  `create unique index authorization_one_at_work on "authorization" (credential_id, kind)
    where status in ('queued', 'running') and kind <> 'exchange_code'`,
  `create index authorization_list on "authorization" (workspace_id, id)`,
  `create index authorization_by_credential on "authorization" (credential_id, id)`,
  `create index authorization_expiring on "authorization" (expires_at) where status = 'awaiting_consent'`,
  `create index authorization_at_work on "authorization" (next_attempt_at) where status in ('queued', 'running')`,

  `create table authorization_state (
    state_hash bytea primary key,
    authorization_id text not null references "authorization" on delete cascade,
    workspace_id text not null references workspace,
    provider text not null,
    browser_hash bytea not null,
    key_salt bytea not null,
    sealed bytea not null,
    created_at timestamptz(3) not null default now(),
    expires_at timestamptz(3) not null,
    consumed_at timestamptz(3)
  )`,
  `create index on authorization_state (expires_at)`,
  `create index on authorization_state (authorization_id)`,

  `create table refresh_attempt (
    id text primary key,
    workspace_id text not null references workspace,
    credential_id text not null,
    authorization_id text not null,
    fence bigint not null,
    token_version integer not null,
    grant_fingerprint bytea,
    state text not null check (state in ('presented', 'not_sent', 'unknown', 'succeeded', 'rejected')),
    started_at timestamptz(3) not null default now(),
    resolved_at timestamptz(3),
    error_code text
  )`,
  `create index on refresh_attempt (credential_id, fence)`,

  `create table token_journal (
    id text primary key,
    workspace_id text not null references workspace,
    credential_id text not null,
    attempt_id text not null unique,
    fence bigint not null,
    token_version integer not null,
    key_salt bytea not null,
    sealed bytea not null,
    received_at timestamptz(3) not null default now()
  )`,
  `create index on token_journal (credential_id, fence)`,

  `create table lease (
    id text primary key,
    workspace_id text not null references workspace,
    credential_id text not null,
    token_version integer not null,
    run_id text,
    node_id text,
    issued_at timestamptz(3) not null default now(),
    reported_at timestamptz(3)
  )`,
  `create index on lease (credential_id, issued_at desc)`,

  `create table event (
    id text primary key,
    workspace_id text not null references workspace,
    position bigint generated always as identity,
    type text not null,
    subject text not null,
    data jsonb not null,
    time timestamptz(3) not null default clock_timestamp(),
    sequence bigint,
    published_at timestamptz(3),
    unique (workspace_id, sequence)
  )`,
  `create index event_unnumbered on event (position) where sequence is null`,
  `create index event_unpublished on event (workspace_id, sequence) where published_at is null`,
  `create index event_by_subject on event (workspace_id, subject, sequence)`,

  `create table audit_entry (
    id text primary key,
    workspace_id text not null references workspace,
    position bigint generated always as identity,
    at timestamptz(3) not null default clock_timestamp(),
    actor_type text not null,
    actor_id text not null,
    actor_name text not null,
    action text not null,
    subject text not null,
    outcome text not null check (outcome in ('success', 'refused')),
    request_id text,
    client_address text,
    data jsonb not null,
    sequence bigint,
    previous_hash bytea,
    hash bytea,
    unique (workspace_id, sequence)
  )`,
  `create index audit_entry_unsealed on audit_entry (position) where sequence is null`,
  `create index audit_entry_by_subject on audit_entry (workspace_id, subject, sequence)`,
  `create index audit_entry_by_actor on audit_entry (workspace_id, actor_id, sequence)`,
  `create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only', tg_table_name using errcode = '23514';
  end $$`,
  `create trigger audit_entry_append_only before delete or update of
    id, workspace_id, position, at, actor_type, actor_id, actor_name, action, subject, outcome, request_id, client_address, data
    on audit_entry for each row execute function refuse_change()`,
  `create trigger audit_entry_not_truncated before truncate on audit_entry for each statement execute function refuse_change()`,
  `create trigger audit_entry_sealed_once before update on audit_entry
    for each row when (old.hash is not null) execute function refuse_change()`,
  `create trigger token_journal_append_only before update on token_journal for each row execute function refuse_change()`,

  `create table idempotency_key (
    workspace_id text not null references workspace,
    actor_id text not null,
    key text not null,
    request_hash bytea not null,
    status integer not null,
    key_salt bytea not null,
    sealed bytea not null,
    created_at timestamptz(3) not null default now(),
    primary key (workspace_id, actor_id, key)
  )`,
  `create index on idempotency_key (created_at)`,
];

export class Initial extends Migration {
  override name = '0001-initial';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
