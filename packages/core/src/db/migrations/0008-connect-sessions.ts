import { Migration } from '@mikro-orm/migrations';

const statements = [
  `create table connect_session (
    id text primary key,
    workspace_id text not null references workspace,
    token_hash bytea not null unique,
    requested_by text not null,
    owner text,
    providers text[],
    credential_id text,
    mode text not null check (mode in ('popup', 'redirect', 'iframe')),
    return_url text,
    allowed_origins text[] not null default '{}',
    state text,
    locale text,
    theme text not null check (theme in ('light', 'dark', 'system')),
    accent text,
    authorization_ids text[] not null default '{}',
    created_at timestamptz(3) not null default now(),
    expires_at timestamptz(3) not null,
    closed_at timestamptz(3)
  )`,
  `create index on connect_session (expires_at)`,
  `select protect_workspace_rows('connect_session', 'workspace_id')`,
];

export class ConnectSessions extends Migration {
  override name = '0008-connect-sessions';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
