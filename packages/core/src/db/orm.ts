import { Migrator, type Migration } from '@mikro-orm/migrations';
import { MikroORM, type EntityManager } from '@mikro-orm/postgresql';
import { CamelCasePlugin, type DatabaseConnection } from 'kysely';
import type { ClientBase, Pool, TypeOverrides } from 'pg';
import { entities } from './entities.ts';
import { Initial } from './migrations/0001-initial.ts';
import { RefreshEngine } from './migrations/0002-refresh-engine.ts';
import { RootKeys } from './migrations/0003-root-keys.ts';
import { Audit } from './migrations/0004-audit.ts';
import { Access } from './migrations/0005-access.ts';
import { RowLevelSecurity } from './migrations/0006-row-level-security.ts';
import { ConsoleReads } from './migrations/0007-console.ts';
import { ConnectSessions } from './migrations/0008-connect-sessions.ts';
import { ConnectSessionBindings } from './migrations/0009-connect-session-bindings.ts';
import { reachOf } from './reach.ts';
import { ReachingClient, reachPlugin, sendReaches } from './reaching-query.ts';
import { releaseCutConnections } from './release-cut-connections.ts';

/** In the order they run; adding one is a file and a line here. */
const migrations: {
  name: string;
  class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}[] = [
  { name: '0001-initial', class: Initial },
  { name: '0002-refresh-engine', class: RefreshEngine },
  { name: '0003-root-keys', class: RootKeys },
  { name: '0004-audit', class: Audit },
  { name: '0005-access', class: Access },
  { name: '0006-row-level-security', class: RowLevelSecurity },
  { name: '0007-console', class: ConsoleReads },
  { name: '0008-connect-sessions', class: ConnectSessions },
  { name: '0009-connect-session-bindings', class: ConnectSessionBindings },
];

interface OrmOptions {
  readonly databaseUrl: string;
  /** Connections this process may hold. */
  readonly poolSize: number;
  /** A statement, or a transaction that does nothing, is ended by the server after this long; 0 is never. */
  readonly timeoutSeconds?: number;
  /** Whether statements see the workspaces of their entity manager only. Without it they see all. */
  readonly rowLevelSecurity?: boolean;
}

/**
 * Policies do not hold a superuser, who therefore works as a role that they hold. It may do nothing before the migrations of
 * this database ran.
 */
const becomeHeld = `
  select set_config('role', 'latchkey_app', false) from pg_roles
  where rolname = current_user and (rolsuper or rolbypassrls) and (
    select has_table_privilege(r.oid, to_regclass('workspace'), 'select') from pg_roles r where r.rolname = 'latchkey_app'
  )`;

const seeAll = `set latchkey.workspaces = '*'`;

function preparePool(pool: Pool): void {
  readDatesAndCounters(pool);
  releaseCutConnections(pool);
}

/** Rows read by Kysely carry the types that the entities declare: the ORM's parsers leave both as text. */
function readDatesAndCounters(pool: Pool): void {
  const types = pool.options.types as TypeOverrides;
  types.setTypeParser(1184, (text) => new Date(text)); // timestamptz
  types.setTypeParser(20, Number); // bigint: sequences and fences stay far below 2^53
}

/** Opens the pool. Nothing is sent before the first query. */
export async function openOrm({
  databaseUrl,
  poolSize,
  timeoutSeconds = 20,
  rowLevelSecurity = true,
}: OrmOptions) {
  return MikroORM.init({
    entities: [...entities],
    clientUrl: databaseUrl,
    extensions: [Migrator],
    pool: { min: 0, max: poolSize },
    driverOptions: {
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'latchkey',
      statement_timeout: timeoutSeconds * 1000,
      idle_in_transaction_session_timeout: timeoutSeconds * 1000,
      Client: ReachingClient,
      // Awaited before anybody gets the connection; when it fails nobody does.
      onConnect: (client: ClientBase) => client.query(rowLevelSecurity ? becomeHeld : seeAll),
      onPoolCreated: preparePool,
    },
    onCreateConnection: async (connection) => {
      if (rowLevelSecurity) sendReaches(connection as DatabaseConnection);
    },
    migrations: {
      migrationsList: migrations,
      tableName: 'migration',
      transactional: true,
      allOrNothing: true,
      snapshot: false,
    },
    debug: false,
    // The migrator would print to stdout; whoever runs it says what ran.
    logger: () => undefined,
  });
}

export type Orm = Awaited<ReturnType<typeof openOrm>>;

const propertyNames = (em: Orm['em']) => em.getKysely({ columnNamingStrategy: 'property' });

export type Db = ReturnType<typeof propertyNames>;

/**
 * Columns are the entities' names in snake case, all of them, so Kysely's own plugin does what the ORM's does; that one
 * builds a table of all names anew for each result, half of what a statement costs this process.
 */
const naming = new CamelCasePlugin({ maintainNestedObjectKeys: true });

/**
 * Kysely on the connection of `em`, inside its transaction when it has one; columns have the entities' names. Statements
 * see what is in the reach of `em`.
 */
export function db(em: EntityManager): Db {
  return (em as Orm['em'])
    .getKysely()
    .withPlugin(naming)
    .withPlugin(reachPlugin(reachOf(em))) as unknown as Db;
}
