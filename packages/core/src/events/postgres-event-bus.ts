import { Client } from 'pg';
import type { Logger } from 'pino';
import type { CloudEvent, EventBus } from './event-bus.ts';
import { keepListening, type ListeningConnection } from './keep-listening.ts';
import { parseEvent } from './parse-event.ts';
import { toCloudEvent, type EventRow } from './to-cloud-event.ts';

/** NOTIFY takes less than 8000 bytes; a larger event is announced by its id and loaded by the listeners. */
const maxPayloadBytes = 7_000;
const oversizePrefix = 'event:';

interface PostgresConnection extends ListeningConnection {
  notify(payloads: string[]): Promise<void>;
}

/** Events over LISTEN/NOTIFY on `latchkey_events`, by one connection of its own that both listens and publishes. */
export function openPostgresEventBus({ databaseUrl, log }: { databaseUrl: string; log: Logger }): EventBus {
  const { connection, ...subscription } = keepListening({
    log,
    open: (deliver) => connect(databaseUrl, deliver),
  });
  let pending: { payload: string; resolve: () => void; reject: (reason: unknown) => void }[] = [];

  // One statement for all that was published at once: a commit with NOTIFY takes a lock over the whole database.
  function flush(): void {
    const batch = pending;
    pending = [];
    const current = connection();
    const sent =
      current === null
        ? Promise.reject(new Error('The event bus is not connected'))
        : current.notify(batch.map((one) => one.payload));
    sent.then(
      () => batch.forEach((one) => one.resolve()),
      (reason: unknown) => batch.forEach((one) => one.reject(reason)),
    );
  }

  return {
    ...subscription,
    publish: (event) =>
      new Promise((resolve, reject) => {
        if (pending.push({ payload: toPayload(event), resolve, reject }) === 1) queueMicrotask(flush);
      }),
  };
}

function toPayload(event: CloudEvent): string {
  const text = JSON.stringify(event);
  return Buffer.byteLength(text) <= maxPayloadBytes ? text : `${oversizePrefix}${event.id}`;
}

async function connect(
  databaseUrl: string,
  deliver: (event: CloudEvent) => void,
): Promise<PostgresConnection> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'latchkey-events',
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
  // "error" may come several times, also after the end; the end is what counts.
  client.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // A hung socket would keep the polite end waiting.
  const end = () => {
    void client.end().catch(() => undefined);
    setTimeout(() => client.connection.stream.destroy(), 1_000).unref();
  };

  async function deliverPayload(payload: string): Promise<void> {
    const event = payload.startsWith(oversizePrefix)
      ? await loadEvent(client, payload.slice(oversizePrefix.length)).catch(() => null)
      : parseEvent(payload);
    if (event !== null) deliver(event);
  }
  let order = Promise.resolve();
  client.on('notification', ({ payload = '' }) => {
    order = order.then(() => deliverPayload(payload));
  });
  try {
    await client.connect();
    await client.query('listen latchkey_events');
  } catch (error) {
    end();
    throw error;
  }
  return {
    ended,
    end,
    ping: () => client.query('select 1'),
    async notify(payloads) {
      try {
        await client.query(
          `select pg_notify('latchkey_events', payload) from unnest($1::text[]) with ordinality as one (payload, n) order by n`,
          [payloads],
        );
      } catch (error) {
        end();
        throw error;
      }
    },
  };
}

async function loadEvent(client: Client, id: string): Promise<CloudEvent | null> {
  const { rows } = await client.query<Omit<EventRow, 'sequence'> & { sequence: string }>(
    `select id, workspace_id as "workspaceId", type, subject, data, time, sequence from event where id = $1 and sequence is not null`,
    [id],
  );
  const row = rows[0];
  return row === undefined ? null : toCloudEvent({ ...row, sequence: Number(row.sequence) });
}
