import { Migration } from '@mikro-orm/migrations';

const statements = [
  // Of sealed entries alone, like every list of them: an insert, which leases wait for, does not touch these.
  `create index audit_entry_by_time on audit_entry (workspace_id, at) include (sequence) where sequence is not null`,
  `create index audit_entry_by_action on audit_entry (workspace_id, action, sequence) where sequence is not null`,
  `create index audit_entry_refused on audit_entry (workspace_id, sequence) where outcome = 'refused' and sequence is not null`,

  // Whatever a role, a database or a connection was told: who leaves an entry commits durably.
  `create function commit_durably() returns trigger language plpgsql as $$
  begin
    if current_setting('synchronous_commit') = 'off' then
      perform set_config('synchronous_commit', 'on', true);
    end if;
    return null;
  end $$`,
  `create trigger audit_entry_durable after insert on audit_entry
    for each statement execute function commit_durably()`,

  // The last entry that retention removed. Sequences have no gaps: it is also how many were removed in all.
  `create table audit_anchor (
    workspace_id text primary key references workspace,
    sequence bigint not null check (sequence > 0),
    hash bytea not null check (octet_length(hash) = 32),
    pruned_at timestamptz(3) not null default now()
  )`,
  // Forward only, by prune_audit, and to an entry that is there and old enough.
  `create function guard_audit_anchor() returns trigger language plpgsql as $$
  begin
    if current_setting('latchkey.prunes_audit_of', true) = new.workspace_id
      and (tg_op = 'INSERT' or (new.workspace_id = old.workspace_id and new.sequence > old.sequence))
      and exists (
        select from audit_entry e where e.workspace_id = new.workspace_id and e.sequence = new.sequence
          and e.hash = new.hash and e.at < now() - interval '30 days'
      ) then
      return new;
    end if;
    raise exception 'audit_anchor is moved by prune_audit alone' using errcode = '23514';
  end $$`,
  `create trigger audit_anchor_guarded before insert or update on audit_anchor
    for each row execute function guard_audit_anchor()`,
  `create trigger audit_anchor_stays before delete on audit_anchor for each row execute function refuse_change()`,
  `create trigger audit_anchor_not_truncated before truncate on audit_anchor
    for each statement execute function refuse_change()`,

  // Entries still cannot be changed; they can be deleted where the anchor has passed them, in the transaction that moved it.
  `drop trigger audit_entry_append_only on audit_entry`,
  `create trigger audit_entry_append_only before update of
    id, workspace_id, position, at, actor_type, actor_id, actor_name, action, subject, outcome, request_id, client_address, data
    on audit_entry for each row execute function refuse_change()`,
  `create function guard_audit_deletion() returns trigger language plpgsql as $$
  begin
    if current_setting('latchkey.prunes_audit_of', true) = old.workspace_id
      and old.at < now() - interval '30 days'
      and exists (
        select from audit_anchor a where a.workspace_id = old.workspace_id and a.sequence >= old.sequence
      ) then
      return old;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = '23514';
  end $$`,
  `create trigger audit_entry_pruned_only before delete on audit_entry
    for each row execute function guard_audit_deletion()`,

  // Anchor, removal and the entry that tells of them, together or not at all. Returns how many entries it removed: none
  // when another run was there first.
  `create function prune_audit(of_workspace text, up_to bigint, entry_id text) returns bigint
  language plpgsql security definer as $$
  declare
    anchored bigint;
    last_hash bytea;
    removed bigint;
  begin
    perform pg_advisory_xact_lock(hashtextextended('prune_audit ' || of_workspace, 0));
    select a.sequence into anchored from audit_anchor a where a.workspace_id = of_workspace;
    anchored := coalesce(anchored, 0);
    select e.hash into last_hash from audit_entry e where e.workspace_id = of_workspace and e.sequence = up_to;
    if up_to <= anchored or last_hash is null then
      return 0;
    end if;
    perform set_config('latchkey.prunes_audit_of', of_workspace, true);
    insert into audit_anchor (workspace_id, sequence, hash) values (of_workspace, up_to, last_hash)
      on conflict (workspace_id) do update
      set sequence = excluded.sequence, hash = excluded.hash, pruned_at = excluded.pruned_at;
    delete from audit_entry e where e.workspace_id = of_workspace and e.sequence > anchored and e.sequence <= up_to;
    get diagnostics removed = row_count;
    perform set_config('latchkey.prunes_audit_of', '', true);
    if removed <> up_to - anchored then
      raise exception 'the audit of % is not whole up to %', of_workspace, up_to using errcode = '23514';
    end if;
    insert into audit_entry (id, workspace_id, actor_type, actor_id, actor_name, action, subject, outcome, data)
      values (entry_id, of_workspace, 'system', 'system', 'Latchkey', 'audit.prune', of_workspace, 'success',
        jsonb_build_object('upToSequence', up_to, 'hash', encode(last_hash, 'hex'), 'removed', removed));
    return removed;
  end $$`,
  // What runs with the rights of its owner must not find tables that somebody else has put in the way.
  `do $$ begin
    execute format('alter function prune_audit(text, bigint, text) set search_path = %I, pg_temp', current_schema());
  end $$`,
  `revoke execute on function prune_audit(text, bigint, text) from public`,
];

export class Audit extends Migration {
  override name = '0004-audit';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
