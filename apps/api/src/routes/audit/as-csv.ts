import type { z } from 'zod';
import type { entrySchema } from './schemas.ts';

type Entry = z.output<typeof entrySchema>;

const columns = {
  sequence: (entry: Entry) => String(Number(entry.sequence)),
  at: (entry: Entry) => entry.at,
  actor_type: (entry: Entry) => entry.actor.type,
  actor_id: (entry: Entry) => entry.actor.id,
  actor_name: (entry: Entry) => entry.actor.name,
  action: (entry: Entry) => entry.action,
  subject: (entry: Entry) => entry.subject,
  outcome: (entry: Entry) => entry.outcome,
  request_id: (entry: Entry) => entry.requestId ?? '',
  client_address: (entry: Entry) => entry.clientAddress ?? '',
  data: (entry: Entry) => JSON.stringify(entry.data),
} as const;

/** Quoted (RFC 4180). A spreadsheet would run what begins like a formula, and names in the audit are anybody's. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

const row = (cells: readonly string[]) => `${cells.map(cell).join(',')}\r\n`;

/**
 * An export as a table. The line that tells the end is left out.
 * @param lines chunks of whole lines, as `exportAudit` yields them
 */
export async function* asCsv(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield row(Object.keys(columns));
  for await (const chunk of lines) {
    const rows = chunk
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry | { readonly entries: number })
      .filter((value): value is Entry => !('entries' in value))
      .map((entry) => row(Object.values(columns).map((read) => read(entry))));
    if (rows.length > 0) yield rows.join('');
  }
}
