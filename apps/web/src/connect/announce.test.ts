import { describe, expect, it, vi } from 'vitest';
import { announce } from './announce.ts';
import { next, type Flow, type FlowEvent } from './flow.ts';
import { authorization, failed, succeeded } from './testing/samples.ts';

/** What is told of a flow, step by step. */
function toldOf(...events: readonly FlowEvent[]): unknown[] {
  const tell = vi.fn();
  let flow: Flow = { at: 'preparing', provider: 'notion', method: 'oauth2', failure: null };
  for (const event of events) {
    const before: Flow = flow;
    flow = next(flow, event);
    if (flow !== before) announce({ tell }, before, flow);
  }
  return tell.mock.calls;
}

const off = { type: 'set off', visit: 'window' } as const;
const waits = { type: 'told', authorization: authorization() } as const;
const about = { authorizationId: 'auth_1', provider: 'notion' };

describe('the embedding page is told', () => {
  it('console C15: that it is connected, once, over whichever channel it came and how often', () => {
    const success = {
      type: 'told',
      authorization: authorization({ status: 'succeeded', credentialId: 'cred_1' }),
    } as const;
    expect(toldOf(off, waits, success, success, { type: 'outcome', outcome: succeeded })).toEqual([
      ['opened', about],
      ['connected', { ...about, credentialId: 'cred_1' }],
    ]);
  });

  it('that an attempt failed, with its code', () => {
    expect(toldOf(off, waits, { type: 'told', authorization: failed('consent_denied') })).toEqual([
      ['opened', about],
      ['failed', { ...about, code: 'consent_denied' }],
    ]);
  });

  it('that it was given up, before and after the provider was asked', () => {
    expect(toldOf(off, waits, { type: 'given up' }).at(-1)).toEqual(['cancelled', about]);
    expect(toldOf(off, { type: 'given up' })).toEqual([['cancelled', { provider: 'notion' }]]);
  });

  it('console C10: nothing of a window that seems closed', () => {
    expect(toldOf(off, waits, { type: 'visit', visit: 'closed' })).toEqual([['opened', about]]);
  });
});
