import { describe, expect, it, vi } from 'vitest';
import { busy } from './relay-lock.ts';
import { relayStep } from './relay-step.ts';

const outage = () => ({ began: vi.fn(), ended: vi.fn() });

describe('relayStep', () => {
  it('repeats full batches until nothing is left', async () => {
    const work = vi.fn().mockResolvedValueOnce(10).mockResolvedValueOnce(10).mockResolvedValueOnce(3);
    expect(await relayStep({ outage: outage(), batchSize: 10, work })()).toEqual({ done: true, count: 23 });
    expect(work).toHaveBeenCalledTimes(3);
  });

  it('comes back soon when another process is at work', async () => {
    const result = await relayStep({ outage: outage(), batchSize: 10, work: async () => busy })();
    expect(result).toMatchObject({ done: false });
    expect(result.done || result.retryMs).toBeLessThanOrEqual(60);
  });

  it('does not try again before the back-off is over, and then starts afresh', async () => {
    const watched = outage();
    const work = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue(0);
    const step = relayStep({ outage: watched, batchSize: 10, work });
    const failed = await step();
    expect(failed).toMatchObject({ done: false });
    expect(await step()).toMatchObject({ done: false });
    expect(work).toHaveBeenCalledOnce();
    expect(watched.began).toHaveBeenCalledWith('away');
    await vi.waitFor(async () => expect(await step()).toEqual({ done: true, count: 0 }), { timeout: 10_000 });
    expect(watched.ended).toHaveBeenCalled();
  });
});
