import type { CompiledQuery, DatabaseConnection, KyselyPlugin, QueryId } from 'kysely';
import { Client, Query, type QueryResult } from 'pg';
import type { Reach } from './reach.ts';

/** The setting that the policies read. */
const setReach = "select set_config('latchkey.workspaces', $1, true)";

const reaches = new WeakMap<QueryId, Reach>();

/** Marks the statements that a Kysely builds with the reach of their entity manager. */
export function reachPlugin(reach: Reach): KyselyPlugin {
  return {
    transformQuery({ node, queryId }) {
      reaches.set(queryId, reach);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** The last parameter of a statement on its way from Kysely to the client. */
class Reaching {
  readonly reach: Reach;

  constructor(reach: Reach) {
    this.reach = reach;
  }
}

/** Lets the statements of a new connection take their reach along. Its client must be a `ReachingClient`. */
export function sendReaches(connection: DatabaseConnection): void {
  const send = connection.executeQuery.bind(connection);
  connection.executeQuery = <Row>(statement: CompiledQuery, ...rest: []) => {
    const reach = reaches.get(statement.queryId);
    if (reach === undefined) return send<Row>(statement, ...rest);
    return send<Row>({ ...statement, parameters: [...statement.parameters, new Reaching(reach)] }, ...rest);
  };
}

/** The part of a connection that `pg` does not describe in its types. */
interface Wire {
  parse(message: { text: string }): void;
  bind(message: { values: readonly string[] }): void;
  execute(message: object): void;
}

/** The methods of `Query` that its types leave out. */
const base = Query.prototype as unknown as {
  prepare(connection: Wire): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: Wire): void;
};

/**
 * A statement with its reach before it, in one message: up to `Sync` PostgreSQL treats both as one transaction, so the
 * setting ends with the statement, or with the transaction that it is in. Nothing has to be reset, and there is no
 * additional round trip.
 *
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
class ReachingQuery extends Query {
  readonly #reach: Reach;
  #isReachSet = false;

  constructor(text: string, values: unknown[], { reach }: Reaching) {
    super(text, values);
    this.#reach = reach;
  }

  requiresPreparation(): boolean {
    return true;
  }

  prepare(connection: Wire): void {
    connection.parse({ text: setReach });
    connection.bind({ values: [this.#reach] });
    connection.execute({});
    base.prepare.call(this, connection);
  }

  handleDataRow(message: unknown): void {
    if (this.#isReachSet) base.handleDataRow.call(this, message);
  }

  handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.#isReachSet) base.handleCommandComplete.call(this, message, connection);
    this.#isReachSet = true;
  }
}

type Callback = (error: Error | null, result: QueryResult) => void;

/** Sends a statement whose last parameter is its reach as a `ReachingQuery`, and any other as it is. */
export class ReachingClient extends Client {
  // oxlint-disable-next-line typescript/no-explicit-any -- one signature for the many of `pg`
  override query(text: any, values?: any, callback?: any): any {
    const last: unknown = Array.isArray(values) ? values.at(-1) : undefined;
    if (!(last instanceof Reaching)) return super.query(text, values, callback);
    const query = new ReachingQuery(text, values.slice(0, -1), last);
    return new Promise<QueryResult>((resolve, reject) => {
      const settle: Callback = (error, result) => (error === null ? resolve(result) : reject(error));
      void super.query(query as never, settle as never);
    }).catch((error: Error) => {
      // As `pg` does: the trace leads to whoever asked, not to the socket.
      Error.captureStackTrace(error);
      throw error;
    });
  }
}
