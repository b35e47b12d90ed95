import { Migration } from '@mikro-orm/migrations';

/** The back end that made a connect session: how it proves itself, and the token that it used. */
const statements = [
  `alter table connect_session add column code_challenge text, add column service_token_id text`,
  `create index on connect_session (service_token_id) where service_token_id is not null`,
];

export class ConnectSessionBindings extends Migration {
  override name = '0009-connect-session-bindings';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}
