import { Migration } from '@mikro-orm/migrations';

const statements = [
  // Which connection the tokens come from: a refresh keeps it, connecting again changes it.
  `alter table credential
    add column grant_id text,
    add column refresh_not_before timestamptz(3),
    add column back_off_until timestamptz(3)`,

  // Whether anything is due is asked of the indexes by time; when more is due than may be queued, these give each
  // workspace its share, so that a large one does not hold up a small one.
  `create index credential_share_refresh on credential (workspace_id, next_refresh_at)
    where next_refresh_at is not null and status = 'active'`,
  `create index credential_share_validation on credential (workspace_id, next_validation_at)
    where next_validation_at is not null and status in ('pending', 'active', 'invalid')`,

  `alter table refresh_attempt
    add column reason text,
    add column provider_status integer,
    add column takeover boolean not null default false`,
  `create index refresh_attempt_open on refresh_attempt (grant_fingerprint) where state in ('presented', 'unknown')`,

  `alter table token_journal
    add column presented_fingerprint bytea,
    add column grant_fingerprint bytea,
    add column source text not null default 'answer' check (source in ('answer', 'spill'))`,
  `create index token_journal_successor on token_journal (presented_fingerprint)`,
  `create index token_journal_predecessor on token_journal (grant_fingerprint)`,

  // What all workers know together about one OAuth client at one provider. No row is as good as a new one.
  `create table provider_gate (
    provider text not null,
    client_hash bytea not null,
    tokens double precision not null,
    refilled_at timestamptz not null default now(),
    failing text[] not null default '{}',
    open_until timestamptz(3),
    openings integer not null default 0,
    reason text,
    message text,
    probe_until timestamptz(3),
    updated_at timestamptz(3) not null default now(),
    primary key (provider, client_hash)
  )`,
];

export class RefreshEngine extends Migration {
  override name = '0002-refresh-engine';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
