import { Migration } from '@mikro-orm/migrations';

const statements = [
  // Which queues stand still. It is kept here, since Redis may forget it; it belongs to the instance.
  `create table queue_pause (
    queue text primary key,
    paused_by text not null,
    paused_at timestamptz(3) not null default now()
  )`,
  // What ended in failure lately, which a page of the console counts every few seconds.
  `create index authorization_failed on "authorization" (finished_at) where status = 'failed'`,
  // Events of a period, as audit entries have it.
  `create index event_by_time on event (workspace_id, time) include (sequence) where sequence is not null`,
  // How a workspace did lately, read from the indexes alone.
  `create index authorization_finished on "authorization" (workspace_id, finished_at)
    include (started_at, created_at, kind, attempts) where finished_at is not null`,
  `create index refresh_attempt_by_time on refresh_attempt (workspace_id, started_at) include (state)`,
  // The time line of a credential shows a page of authorizations with what was presented for each.
  `create index refresh_attempt_by_authorization on refresh_attempt (authorization_id)`,
];

export class ConsoleReads extends Migration {
  override name = '0007-console';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
