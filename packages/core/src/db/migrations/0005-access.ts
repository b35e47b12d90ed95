import { Migration } from '@mikro-orm/migrations';

const statements = [
  // Whose a credential is: null is the workspace's. Old processes write neither column and mean what the defaults say.
  `alter table credential
    add column owner text,
    add column visibility text not null default 'workspace' check (visibility in ('workspace', 'private')),
    add constraint credential_private_owned check (visibility = 'workspace' or owner is not null),
    add constraint credential_private_no_default check (not (is_default and visibility = 'private'))`,
  // Who started it, and what becomes of a credential that it brings.
  `alter table "authorization"
    add column owner text,
    add column visibility text not null default 'workspace' check (visibility in ('workspace', 'private')),
    add constraint authorization_private_owned check (visibility = 'workspace' or owner is not null)`,

  `create or replace function check_one_default() returns trigger language plpgsql as $$
  declare
    workspace text := coalesce(new.workspace_id, old.workspace_id);
    source text := coalesce(new.provider, old.provider);
  begin
    if exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.status <> 'revoking'
        and c.visibility = 'workspace')
      and not exists (select from credential c where c.workspace_id = workspace and c.provider = source and c.is_default) then
      raise exception 'no default credential for %', source using errcode = '23514', constraint = 'credential_one_default';
    end if;
    return null;
  end $$`,
  `drop trigger credential_one_default on credential`,
  `create constraint trigger credential_one_default after insert or delete or update of is_default, status, visibility on credential
    deferrable initially deferred for each row execute function check_one_default()`,

  // Ids of credentials and authorizations that are private. It outlives them, since events and audit do.
  `create table private_subject (
    subject text primary key,
    workspace_id text not null references workspace,
    owner text not null
  )`,
  `create function keep_private_subject() returns trigger language plpgsql as $$
  begin
    if new.visibility = 'private' then
      insert into private_subject (subject, workspace_id, owner) values (new.id, new.workspace_id, new.owner)
        on conflict (subject) do update set owner = excluded.owner;
    elsif tg_op = 'UPDATE' then
      delete from private_subject
        where subject = new.id or subject in (select id from "authorization" where credential_id = new.id);
    end if;
    return null;
  end $$`,
  `create trigger credential_private after insert or update of visibility, owner on credential
    for each row execute function keep_private_subject()`,
  `create trigger authorization_private after insert on "authorization"
    for each row when (new.visibility = 'private') execute function keep_private_subject()`,

  `alter table service_token
    add column owner text,
    add column allowed_addresses text[],
    add column rotated_at timestamptz(3)`,
  // Values that a newer one has replaced and that still work for a while.
  `create table replaced_token (
    token_hash bytea primary key,
    service_token_id text not null references service_token on delete cascade,
    workspace_id text not null references workspace,
    ends_at timestamptz(3) not null
  )`,
  `create index on replaced_token (service_token_id)`,
  `create index on replaced_token (ends_at)`,

  `alter table console_session
    add column last_seen_at timestamptz(3) not null default now(),
    add column client_address text,
    add column user_agent text`,
  `create index on console_session (subject)`,
];

export class Access extends Migration {
  override name = '0005-access';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
