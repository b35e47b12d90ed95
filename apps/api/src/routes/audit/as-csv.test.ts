import { describe, expect, it } from 'vitest';
import { asCsv } from './as-csv.ts';

const entry = (over: object) =>
  `${JSON.stringify({
    sequence: '00000000000000000007',
    at: '2026-01-02T03:04:05.000Z',
    actor: { type: 'session', id: 'sess_1', name: 'ada@example.test' },
    action: 'credential.update',
    subject: 'cred_1',
    outcome: 'success',
    requestId: null,
    clientAddress: '192.0.2.1',
    data: { name: 'My "key"' },
    ...over,
  })}\n`;

async function csvOf(...chunks: string[]): Promise<string[]> {
  let text = '';
  for await (const part of asCsv(
    (async function* () {
      yield* chunks;
    })(),
  ))
    text += part;
  return text.split('\r\n');
}

describe('an export of the audit as CSV', () => {
  it('has a head, a row for each entry, and nothing of the line that ends an export', async () => {
    const rows = await csvOf(entry({}) + entry({ sequence: '8' }), '{"head":null,"entries":2}\n');
    expect(rows).toHaveLength(4);
    expect(rows[0]).toBe(
      '"sequence","at","actor_type","actor_id","actor_name","action","subject","outcome","request_id","client_address","data"',
    );
    expect(rows[1]).toBe(
      '"7","2026-01-02T03:04:05.000Z","session","sess_1","ada@example.test","credential.update","cred_1","success","","192.0.2.1","{""name"":""My \\""key\\""""}"',
    );
    expect(rows[2]).toMatch(/^"8",/);
    expect(rows[3]).toBe('');
  });

  it.each(['=1+1', '+1', '-1', '@sum', '\t=1'])('the cell %j is no formula', async (name) => {
    const [, row] = await csvOf(entry({ actor: { type: 'session', id: 'sess_1', name } }));
    expect(row).toContain(`,"'${name}",`);
  });
});
