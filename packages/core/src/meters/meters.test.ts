import { describe, expect, it, vi } from 'vitest';
import { atMostEvery } from './at-most-every.ts';
import { keyServiceMeters, openMeters, type Meters } from './index.ts';

const open = (state = {}): Meters => openMeters({ providers: ['notion', 'dropbox'], state });

const lines = async (meters: Meters, name: string) =>
  (await meters.registry.metrics()).split('\n').filter((line) => line.startsWith(name));

describe('counters', () => {
  it('count refreshes by outcome, and time only those that called the provider', async () => {
    const meters = open();
    meters.refreshEnded({ provider: 'notion', outcome: 'succeeded', takeover: false, seconds: 0.2 });
    meters.refreshEnded({ provider: 'notion', outcome: 'held_back', takeover: true, seconds: null });
    expect(await lines(meters, 'latchkey_refreshes_total')).toEqual([
      'latchkey_refreshes_total{provider="notion",outcome="succeeded",takeover="false"} 1',
      'latchkey_refreshes_total{provider="notion",outcome="held_back",takeover="true"} 1',
    ]);
    expect(await lines(meters, 'latchkey_refresh_duration_seconds_count')).toEqual([
      'latchkey_refresh_duration_seconds_count{provider="notion"} 1',
    ]);
  });

  it('make one series of all providers that are not in the catalogue', async () => {
    const meters = open();
    for (const provider of ['canary-1', 'canary-2', ''])
      meters.leaseEnded({ provider, result: 'provider_not_found' });
    expect(await lines(meters, 'latchkey_leases_total')).toEqual([
      'latchkey_leases_total{provider="other",result="provider_not_found"} 3',
    ]);
  });

  it('show every result of a spill before the first one', async () => {
    expect(await lines(open(), 'latchkey_spills_total')).toHaveLength(4);
  });

  it('count calls to key services from before the others were opened, and time those that were made', async () => {
    const keyServices = keyServiceMeters();
    const call = { service: 'aws-kms', operation: 'unwrap' } as const;
    keyServices.keyServiceCalled({ ...call, outcome: 'succeeded', seconds: 0.02 });
    const meters = openMeters({ providers: [], state: {}, keyServices });
    keyServices.keyServiceCalled({ ...call, outcome: 'key_service_unavailable', seconds: null });
    expect(await lines(meters, 'latchkey_key_service_calls_total')).toEqual([
      'latchkey_key_service_calls_total{service="aws-kms",operation="unwrap",outcome="succeeded"} 1',
      'latchkey_key_service_calls_total{service="aws-kms",operation="unwrap",outcome="key_service_unavailable"} 1',
    ]);
    expect(await lines(meters, 'latchkey_key_service_call_duration_seconds_count')).toEqual([
      'latchkey_key_service_call_duration_seconds_count{service="aws-kms",operation="unwrap"} 1',
    ]);
  });

  it('let a lease end its waiting once', async () => {
    const meters = open();
    const ended = meters.leaseWaits();
    meters.leaseWaits();
    ended();
    ended();
    expect(await lines(meters, 'latchkey_leases_waiting')).toEqual(['latchkey_leases_waiting 1']);
  });
});

describe('gauges of shared state', () => {
  it('show what their sources say', async () => {
    const meters = open({
      overdueSeconds: async () => 12.5,
      spillFiles: async () => 2,
      gates: async () => [
        { provider: 'notion', open: true },
        { provider: 'notion', open: true },
        { provider: 'dropbox', open: false },
        { provider: 'canary', open: true },
      ],
      queueJobs: async () => ({ revoke: { waiting: 1, active: 2, delayed: 3, oldestWaitingSeconds: 4 } }),
    });
    expect(await lines(meters, 'latchkey_refresh_due')).toEqual([
      'latchkey_refresh_due_overdue_seconds 12.5',
    ]);
    expect(await lines(meters, 'latchkey_spill_files')).toEqual(['latchkey_spill_files 2']);
    expect(await lines(meters, 'latchkey_provider_gate_open')).toEqual([
      'latchkey_provider_gate_open{provider="notion"} 2',
      'latchkey_provider_gate_open{provider="dropbox"} 0',
      'latchkey_provider_gate_open{provider="other"} 1',
    ]);
    expect(await lines(meters, 'latchkey_queue_jobs')).toEqual([
      'latchkey_queue_jobs{queue="revoke",state="waiting"} 1',
      'latchkey_queue_jobs{queue="revoke",state="active"} 2',
      'latchkey_queue_jobs{queue="revoke",state="delayed"} 3',
    ]);
    expect(await lines(meters, 'latchkey_queue_oldest')).toEqual([
      'latchkey_queue_oldest_waiting_seconds{queue="revoke"} 4',
    ]);
  });

  it('have no value while their source fails, and everything else is shown', async () => {
    const meters = open({
      overdueSeconds: () => Promise.reject(new Error('no database')),
      queueJobs: () => Promise.reject(new Error('no transport')),
      spillFiles: async () => 0,
    });
    expect(await lines(meters, 'latchkey_refresh_due')).toEqual([]);
    expect(await lines(meters, 'latchkey_queue_jobs')).toEqual([]);
    expect(await lines(meters, 'latchkey_spill_files')).toEqual(['latchkey_spill_files 0']);
  });

  it('are absent without a source', async () => {
    expect(await open().registry.metrics()).not.toContain('latchkey_provider_gate_open');
  });
});

describe('atMostEvery', () => {
  it('asks once for everybody who wants to know within the time, while it waits and after a failure as well', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      let fail: (error: Error) => void = () => undefined;
      const ask = vi.fn(
        () =>
          new Promise<number>((_resolve, reject) => {
            fail = reject;
          }),
      );
      const read = atMostEvery(5, ask);
      const answers = [read(), read()];
      vi.advanceTimersByTime(60_000);
      answers.push(read());
      fail(new Error('away'));
      for (const answer of answers) await expect(answer).rejects.toThrow('away');
      vi.advanceTimersByTime(4_999);
      await expect(read()).rejects.toThrow('away');
      expect(ask).toHaveBeenCalledTimes(1);
      vi.advanceTimersByTime(1);
      read().catch(() => undefined);
      expect(ask).toHaveBeenCalledTimes(2);
      fail(new Error('done'));
    } finally {
      vi.useRealTimers();
    }
  });
});
