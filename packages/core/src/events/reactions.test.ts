import { describe, expect, it } from 'vitest';
import { authorizationKinds, authorizationReasons } from '../authorizations/status.ts';
import { jobNames } from '../queues/catalogue.ts';
import { eventTypes } from './catalogue.ts';
import { reactionsTo } from './reactions.ts';

const queued = (kind: string, more: Record<string, unknown> = {}) => ({
  id: 'evt_1',
  workspaceId: 'ws_1',
  type: 'latchkey.authorization.queued',
  subject: 'auth_1',
  data: {
    kind,
    provider: 'notion',
    credentialId: null,
    reason: 'lease',
    attempt: 3,
    delaySeconds: 12,
    error: null,
    ...more,
  },
  time: new Date(0),
  sequence: 1,
});

describe('reactionsTo', () => {
  it('makes one job of a queued authorization, with ids only and an id per attempt', () => {
    expect(reactionsTo(queued('refresh_token'))).toEqual([
      {
        name: 'refresh-token',
        data: { workspaceId: 'ws_1', authorizationId: 'auth_1' },
        options: { jobId: 'auth_1-3', delaySeconds: 12, background: false },
      },
    ]);
  });

  it.each(
    authorizationKinds.flatMap((kind) => authorizationReasons.map((reason) => [kind, reason] as const)),
  )(
    'puts a %s that was made for the reason %s behind what somebody waits for, if nobody does',
    (kind, reason) => {
      const [job] = reactionsTo(queued(kind, { reason }));
      expect(job?.options.background).toBe(reason === 'schedule');
    },
  );

  it('gives a hastened authorization a job beside the one for later, and before those of the schedule', () => {
    const [job] = reactionsTo(
      queued('refresh_token', { reason: 'schedule', delaySeconds: 0, hastened: true }),
    );
    expect(job?.options).toEqual({ jobId: 'auth_1-3-now', delaySeconds: 0, background: false });
  });

  it('knows a job for every kind of authorization, each a different one', () => {
    const names = authorizationKinds.flatMap((kind) => reactionsTo(queued(kind)).map(({ name }) => name));
    expect(names.toSorted()).toEqual(jobNames.toSorted());
  });

  it('makes nothing of any other event', () => {
    const others = Object.keys(eventTypes).filter((type) => type !== 'latchkey.authorization.queued');
    expect(others.flatMap((type) => reactionsTo({ ...queued('revoke'), type }))).toEqual([]);
  });
});
