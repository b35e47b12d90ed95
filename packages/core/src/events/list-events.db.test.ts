import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acrossWorkspaces, db } from '../db/index.ts';
import { newId } from '../ids.ts';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.ts';
import { formatSequence, listEvents, recordEvent } from './index.ts';
import { numberEvents } from './number-events.ts';

let database: ScratchDatabase;
const workspaceId = newId('workspace');
const actor = { type: 'system', id: 'system', name: 'Latchkey', role: 'viewer', subject: null } as const;
const context = (workspace = workspaceId) => ({
  em: acrossWorkspaces(database.orm.em),
  workspaceId: workspace,
  actor,
});
const data = { provider: 'notion', mode: 'custom' } as const;

beforeAll(async () => {
  database = await openScratchDatabase('queue');
  await db(acrossWorkspaces(database.orm.em))
    .insertInto('workspace')
    .values({ id: workspaceId, name: workspaceId })
    .execute();
  for (let index = 0; index < 5; index += 1) {
    await recordEvent(context(), { type: 'latchkey.oauth_client.changed', subject: `ocl_${index}`, data });
  }
  await numberEvents(db(acrossWorkspaces(database.orm.em)), 100);
  await recordEvent(context(), { type: 'latchkey.oauth_client.misconfigured', subject: 'ocl_0', data });
});

afterAll(() => database.drop());

describe('listEvents', () => {
  it('pages through numbered events in order, as CloudEvents', async () => {
    const first = await listEvents(context(), { limit: 3 });
    expect(first.items[0]).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^evt_/),
      source: `/workspaces/${workspaceId}`,
      type: 'latchkey.oauth_client.changed',
      subject: 'ocl_0',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      sequence: '00000000000000000001',
      workspaceid: workspaceId,
      data,
    });
    expect(first.nextCursor).toBe(formatSequence(3));
    const second = await listEvents(context(), { after: first.nextCursor, limit: 3 });
    expect(second.items.map(({ sequence }) => Number(sequence))).toEqual([4, 5]);
    expect(second.nextCursor).toBeNull();
  });

  it('filters by type and subject', async () => {
    const bySubject = await listEvents(context(), { subject: 'ocl_2', limit: 10 });
    expect(bySubject.items.map(({ sequence }) => Number(sequence))).toEqual([3]);
    expect((await listEvents(context(), { type: 'latchkey.credential.created', limit: 10 })).items).toEqual(
      [],
    );
  });

  it('shows nothing of another workspace, and nothing to a role that may not read events', async () => {
    expect((await listEvents(context('ws_other'), { limit: 10 })).items).toEqual([]);
    const runner = { ...context(), actor: { ...actor, role: 'runner' } as const };
    await expect(listEvents(runner, { limit: 10 })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('recordEvent', () => {
  it('leaves nothing behind when its transaction is rolled back', async () => {
    const subject = newId('oauthClient');
    const work = acrossWorkspaces(database.orm.em).transactional(async (em) => {
      await recordEvent({ em, workspaceId }, { type: 'latchkey.oauth_client.changed', subject, data });
      throw new Error('rolled back');
    });
    await expect(work).rejects.toThrow('rolled back');
    const rows = await db(acrossWorkspaces(database.orm.em))
      .selectFrom('event')
      .select('id')
      .where('subject', '=', subject)
      .execute();
    expect(rows).toEqual([]);
  });

  it('refuses a field that the catalogue does not declare', async () => {
    const leaking = { ...data, clientSecret: 'canary' };
    const work = recordEvent(context(), {
      type: 'latchkey.oauth_client.changed',
      subject: 'ocl_9',
      data: leaking,
    });
    await expect(work).rejects.toThrow('clientSecret');
  });
});
