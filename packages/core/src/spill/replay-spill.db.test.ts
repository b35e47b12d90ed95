import { withinWorkspaces } from '../db/index.ts';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemActor, type Context } from '../context.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { openSpill, replaySpill, replaySpillOf, type Spill, type SpillRecord } from './index.ts';
import { spillRecordOf } from '../testing/spill-record.ts';

let database: ScratchDatabase;
let dataDir: string;
let spill: Spill;
const workspaceId = newId('workspace');
const onGone = vi.fn(async () => undefined);

beforeAll(async () => {
  database = await openScratchDatabase('spill');
  await query('insert into workspace (id, name) values ($1, $1)', [workspaceId]);
});

afterAll(() => database.drop());

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lk-replay-'));
  spill = openSpill(dataDir, log);
  onGone.mockClear();
  return () => rmSync(dataDir, { recursive: true, force: true });
});

const log = { error: vi.fn(), warn: vi.fn() };
const query = async (text: string, values: unknown[] = []) =>
  (await database.superuser.query(text, values)).rows;

/** What a replay uses of a context, in a process of its own. */
const systemOf =
  (own: Spill, orm = database.orm) =>
  (workspace: string) =>
    ({
      workspaceId: workspace,
      actor: systemActor,
      requestId: null,
      clientAddress: null,
      em: withinWorkspaces(orm.em, [workspace]),
      vault: { newSalt: () => randomBytes(32) },
      log,
      nudge: () => undefined,
      spill: own,
      meters: { spilled: () => undefined },
    }) as unknown as Context;

const replay = (own = openSpill(dataDir, log), orm = database.orm) => replaySpill(systemOf(own, orm), onGone);

interface Made {
  readonly record: SpillRecord;
  readonly fingerprint: Buffer;
}

/** A credential whose refresh was presented under fence 5 by a process that died, with its answer in a file. */
async function makeSpilled({ grantId = 'first', authorization = 'running' } = {}): Promise<Made> {
  const fingerprint = randomBytes(32);
  const record = spillRecordOf({
    workspaceId,
    credentialId: await makeCredential(fingerprint, grantId),
    fence: 5,
    tokenVersion: 2,
    presentedFingerprint: fingerprint,
    grantFingerprint: randomBytes(32),
    grantId: 'first',
  });
  await query(
    `insert into "authorization" (id, workspace_id, kind, status, provider, credential_id, token_version, reason, requested_by, key_salt, next_attempt_at)
     values ($1, $2, 'refresh_token', $3, 'sandbox', $4, 1, 'schedule', 'test', $5, now() + interval '1 hour')`,
    [record.authorizationId, workspaceId, authorization, record.credentialId, randomBytes(32)],
  );
  await query(
    `insert into refresh_attempt (id, workspace_id, credential_id, authorization_id, fence, token_version, grant_fingerprint, state)
     values ($1, $2, $3, $4, 5, 1, $5, 'presented')`,
    [record.attemptId, workspaceId, record.credentialId, record.authorizationId, fingerprint],
  );
  expect(await spill.write(record)).toBe('written');
  return { record, fingerprint };
}

async function makeCredential(fingerprint: Buffer, grantId: string): Promise<string> {
  const id = newId('credential');
  await query(
    `insert into credential (id, workspace_id, provider, name, auth_method, status, health, is_default, key_salt, sealed,
       token_version, grant_fingerprint, grant_id, fence, lease_owner, lease_until)
     values ($1, $2, $1, $1, 'oauth2', 'active', 'ok', true, $3, $3, 1, $4, $5, 5, 'dead', now() + interval '20 s')`,
    [id, workspaceId, randomBytes(32), fingerprint, grantId],
  );
  return id;
}

const beginDeletion = (id: string) =>
  query(`update credential set status = 'revoking', is_default = false where id = $1`, [id]);
const credentialOf = async ({ record }: Made) =>
  (await query('select * from credential where id = $1', [record.credentialId]))[0];
const journalOf = ({ record }: Made) =>
  query('select * from token_journal where attempt_id = $1', [record.attemptId]);
const attemptOf = async ({ record }: Made) =>
  (await query('select * from refresh_attempt where id = $1', [record.attemptId]))[0];
const workOf = ({ record }: Made) =>
  query(
    `select id, status, reason, next_attempt_at <= now() as due from "authorization" where credential_id = $1 order by id`,
    [record.credentialId],
  );
const eventsOf = ({ record }: Made) =>
  query(`select type from event where subject = $1`, [record.authorizationId]);

describe('replaySpill', () => {
  it('brings an answer into the journal, gives the lease of the dead back, and has it adopted at once', async () => {
    const made = await makeSpilled();
    const { record } = made;
    expect(await replay()).toBe(1);
    expect(await journalOf(made)).toMatchObject([
      {
        id: record.journalId,
        credential_id: record.credentialId,
        fence: '5',
        token_version: 2,
        key_salt: record.keySalt,
        sealed: record.sealed,
        presented_fingerprint: record.presentedFingerprint,
        grant_fingerprint: record.grantFingerprint,
        received_at: record.receivedAt,
        source: 'spill',
      },
    ]);
    expect(await attemptOf(made)).toMatchObject({ state: 'succeeded', provider_status: 200 });
    expect(await credentialOf(made)).toMatchObject({
      fence: '5',
      lease_owner: null,
      lease_until: null,
      token_version: 1,
    });
    expect(await workOf(made)).toEqual([
      { id: record.authorizationId, status: 'queued', reason: 'schedule', due: true },
    ]);
    expect(await eventsOf(made)).toEqual([{ type: 'latchkey.authorization.queued' }]);
    expect(await spill.list()).toEqual([]);
    expect(onGone).not.toHaveBeenCalled();
  });

  it('changes nothing when it is repeated after a crash before the file was removed', async () => {
    const made = await makeSpilled();
    await replay();
    const before = [await journalOf(made), await attemptOf(made)];
    await spill.write(made.record);
    await replay();
    expect([await journalOf(made), await attemptOf(made)]).toEqual(before);
    expect(await workOf(made)).toHaveLength(1);
    expect(await spill.list()).toEqual([]);
  });

  it('may run in several processes at once', async () => {
    const all: Made[] = [];
    for (let count = 0; count < 5; count += 1) all.push(await makeSpilled());
    const others = await Promise.all([database.openAnother(), database.openAnother()]);
    await Promise.all(others.map((orm) => replay(openSpill(dataDir, log), orm)));
    for (const made of all) {
      expect(await journalOf(made)).toHaveLength(1);
      expect(await workOf(made)).toMatchObject([{ status: 'queued', due: true }]);
    }
    expect(await spill.list()).toEqual([]);
    expect(log.error).not.toHaveBeenCalled();
  });

  it('queues work when the authorization has ended', async () => {
    const made = await makeSpilled({ authorization: 'failed' });
    await replay();
    expect(await workOf(made)).toMatchObject([
      { status: 'failed' },
      { status: 'queued', reason: 'schedule', due: true },
    ]);
  });

  it('queues nothing when the credential has a newer token, which keeps its lease', async () => {
    const made = await makeSpilled({ authorization: 'succeeded' });
    await query('update credential set grant_fingerprint = $2, token_version = 2, fence = 6 where id = $1', [
      made.record.credentialId,
      made.record.grantFingerprint,
    ]);
    await replay();
    expect(await workOf(made)).toMatchObject([{ status: 'succeeded' }]);
    expect(await credentialOf(made)).toMatchObject({ lease_owner: 'dead', fence: '6' });
    expect(await journalOf(made)).toHaveLength(1);
    expect(onGone).not.toHaveBeenCalled();
  });

  it('queues nothing when a token that does not rotate was adopted already', async () => {
    const made = await makeSpilled({ authorization: 'succeeded' });
    await query('update credential set token_version = 2, fence = 6 where id = $1', [
      made.record.credentialId,
    ]);
    await replay();
    expect(await workOf(made)).toMatchObject([{ status: 'succeeded' }]);
  });

  it('leaves a run alone that presents the token at the moment', async () => {
    const made = await makeSpilled();
    await query('update credential set fence = 6 where id = $1', [made.record.credentialId]);
    await replay();
    expect(await workOf(made)).toMatchObject([{ status: 'running', due: false }]);
    expect(await credentialOf(made)).toMatchObject({ lease_owner: 'dead' });
    expect(await journalOf(made)).toHaveLength(1);
  });

  it.each([
    ['deleted', (id: string) => query('delete from credential where id = $1', [id]), 0],
    ['deleted', beginDeletion, 0],
    [
      'reauthorized',
      (id: string) => query(`update credential set grant_id = 'second' where id = $1`, [id]),
      1,
    ],
  ])('hands an answer over that nobody will use: %s', async (why, happen, journaled) => {
    const made = await makeSpilled();
    await happen(made.record.credentialId);
    await replay();
    expect(onGone.mock.calls).toEqual([[expect.objectContaining({ workspaceId }), made.record, why]]);
    expect(await journalOf(made)).toHaveLength(journaled);
    expect(await attemptOf(made)).toMatchObject({ state: 'succeeded' });
    expect(await spill.list()).toEqual([]);
  });

  it('keeps the file while an unwanted answer could not be ended', async () => {
    const made = await makeSpilled();
    await query('delete from credential where id = $1', [made.record.credentialId]);
    onGone.mockRejectedValueOnce(new Error('the provider is away'));
    expect(await replay()).toBe(0);
    expect(await spill.list()).toEqual([made.record.attemptId]);
    expect(await replay()).toBe(1);
    expect(await spill.list()).toEqual([]);
    log.error.mockClear();
  });

  it('gives the answer of a deleted credential to another one with the same token', async () => {
    const made = await makeSpilled();
    const heir = await makeCredential(made.fingerprint, 'other');
    await query('delete from credential where id = $1', [made.record.credentialId]);
    await replay();
    expect(await journalOf(made)).toMatchObject([{ credential_id: heir }]);
    const work = await query('select status from "authorization" where credential_id = $1', [heir]);
    expect(work).toEqual([{ status: 'queued' }]);
    expect(onGone).not.toHaveBeenCalled();
  });

  it('leaves a file alone whose writer is at it in this process', async () => {
    const made = await makeSpilled();
    expect(await replay(spill)).toBe(0);
    expect(await journalOf(made)).toEqual([]);
    spill.handOver(made.record.attemptId);
    expect(await replay(spill)).toBe(1);
  });

  it('goes on with the others when one file cannot be replayed', async () => {
    const made = await makeSpilled();
    const foreign = { ...made.record, attemptId: newId('attempt'), workspaceId: newId('workspace') };
    await spill.write(foreign);
    const later = await makeSpilled();
    expect(await replay()).toBe(2);
    expect(await journalOf(later)).toHaveLength(1);
    expect(await spill.list()).toEqual([foreign.attemptId]);
    expect(log.error).toHaveBeenCalledTimes(1);
    log.error.mockClear();
  });
});

describe('replaySpillOf', () => {
  it('replays what is unresolved of one grant, queues nothing, and leaves other files', async () => {
    const made = await makeSpilled();
    const other = await makeSpilled();
    await query(`update refresh_attempt set state = 'unknown' where id = $1`, [made.record.attemptId]);
    const sibling = { id: newId('credential'), grantFingerprint: made.fingerprint };
    expect(await replaySpillOf(systemOf(spill)(workspaceId), sibling, onGone)).toBe(1);
    expect(await journalOf(made)).toHaveLength(1);
    expect(await workOf(made)).toMatchObject([{ status: 'running', due: false }]);
    expect(await spill.list()).toEqual([other.record.attemptId]);
    expect(await journalOf(other)).toEqual([]);
  });
});
