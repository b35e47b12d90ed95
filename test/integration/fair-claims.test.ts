import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectMany, writeUnlimitedLabProviders } from '../support/due-credentials.ts';
import { eventually } from '../support/eventually.ts';
import { labEnv } from '../support/lab-providers.ts';
import { startStack, type Stack } from '../support/stack.ts';

/** More than may wait at once for ten jobs at a time, so that a pile stays behind. */
const manyDue = 450;
const fewDue = 30;

let stack: Stack;
let large: string;
let small: string;
const dir = mkdtempSync(join(tmpdir(), 'latchkey-fair-'));

beforeAll(async () => {
  await writeUnlimitedLabProviders(dir);
  stack = await startStack({ env: (sandbox) => labEnv(sandbox, dir) });
  large = await connectMany(stack.worker, stack.sandbox.control, manyDue);
  small = await connectMany(stack.worker, stack.sandbox.control, fewDue);
  await stack.sandbox.control.addFault({
    provider: 'lab_strict',
    endpoint: 'token.refresh',
    fault: 'delay',
    ms: 100,
    times: null,
  });
});

afterAll(async () => {
  await stack.close();
  rmSync(dir, { recursive: true, force: true });
});

const query = async (text: string, parameters: unknown[] = []) =>
  (await stack.database.superuser.query(text, parameters)).rows;

/** How many credentials of a workspace were refreshed since they were connected. */
async function refreshedOf(workspaceId: string): Promise<number> {
  const rows = await query(
    `select count(*)::integer as n from credential where workspace_id = $1 and token_version > 1`,
    [workspaceId],
  );
  return rows[0].n;
}

/** Refreshes that no worker has begun. */
async function queued(): Promise<string[]> {
  const rows = await query(
    `select id from "authorization" where kind = 'refresh_token' and status = 'queued'`,
  );
  return rows.map(({ id }) => id);
}

async function waiting(): Promise<number> {
  const counts = await stack.worker.transport.queues.counts();
  return counts['refresh-token'].waiting;
}

afterEach(() =>
  eventually(
    async () => (await query(`select from credential where next_refresh_at <= now() limit 1`)).length === 0,
    {
      describe: 'the pile is gone',
      timeoutMs: 55_000,
    },
  ),
);

describe('when more credentials are due than can be refreshed at once', () => {
  it('a small workspace is done long before a large one that has waited longer', async () => {
    // At once: nobody claims in between.
    await query(
      `update credential set next_refresh_at = case workspace_id when $1 then now() - interval '1 hour' else now() end
       where workspace_id in ($1, $2)`,
      [large, small],
    );
    await eventually(async () => (await refreshedOf(small)) === fewDue, {
      describe: 'the small workspace is done',
      timeoutMs: 50_000,
    });
    // Turn by turn, and what was at work or claimed before the small one was due.
    expect(await refreshedOf(large)).toBeLessThan(manyDue / 2);
  });

  it.each([
    ['another workspace', () => small],
    ['the pile itself', () => large],
  ])('a lease of %s that needs a refresh does not wait behind them', async (_whose, of) => {
    const workspace = of();
    await query(`update credential set next_refresh_at = now() where workspace_id = $1`, [large]);
    await eventually(async () => (await waiting()) > manyDue / 2, { describe: 'a pile waits in the queue' });
    const inLine = await queued();
    // Where there is a choice, the last in line.
    const [wanted] = await query(
      `select c.id from credential c left join "authorization" a on a.credential_id = c.id and a.id = any($2)
       where c.workspace_id = $1 order by a.id desc nulls last limit 1`,
      [workspace, inLine],
    );
    await query(`update credential set expires_at = now() where id = $1`, [wanted.id]);
    const lease = await stack.admin.post(
      '/v1/leases',
      { provider: 'lab_strict', credentialId: wanted.id, waitSeconds: 30 },
      { headers: { 'x-workspace': workspace } },
    );
    expect(lease.status, lease.text).toBe(200);
    const still = new Set(await queued());
    expect(inLine.filter((id) => still.has(id)).length).toBeGreaterThan(inLine.length / 4);
  });
});
