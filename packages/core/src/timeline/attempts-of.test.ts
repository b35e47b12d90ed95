import { describe, expect, it } from 'vitest';
import { eventError } from '../events/index.ts';
import { attemptsOf, type AttemptEvent } from './attempts-of.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const away = eventError('provider_unavailable');

const happened = (seconds: number, what: string, data: Partial<AttemptEvent['data']> = {}): AttemptEvent => ({
  type: `latchkey.authorization.${what}`,
  time: at(seconds),
  data: { attempt: 0, delaySeconds: 0, error: null, ...data },
});

describe('the attempts of an authorization', () => {
  it('say how each ended, and when the next one comes', () => {
    const events = [
      happened(0, 'queued'),
      happened(1, 'running', { attempt: 1 }),
      happened(2, 'queued', { attempt: 1, delaySeconds: 42, error: away }),
      happened(44, 'running', { attempt: 2 }),
      happened(45, 'succeeded', { attempt: 2 }),
    ];
    expect(attemptsOf(events, [])).toEqual([
      {
        n: 1,
        outcome: 'retrying',
        startedAt: at(1),
        endedAt: at(2),
        error: away,
        httpStatus: null,
        nextAttemptAt: at(44),
      },
      {
        n: 2,
        outcome: 'succeeded',
        startedAt: at(44),
        endedAt: at(45),
        error: null,
        httpStatus: null,
        nextAttemptAt: null,
      },
    ]);
  });

  it('carry the status that the provider answered each with', () => {
    const events = [
      happened(1, 'running', { attempt: 1 }),
      happened(2, 'queued', { attempt: 1, delaySeconds: 5, error: away }),
      happened(7, 'running', { attempt: 2 }),
      happened(8, 'failed', { attempt: 2, error: eventError('grant_revoked') }),
    ];
    const presentations = [
      { startedAt: at(1), providerStatus: 503 },
      { startedAt: at(7), providerStatus: 400 },
    ];
    expect(attemptsOf(events, presentations)).toMatchObject([
      { n: 1, httpStatus: 503, outcome: 'retrying' },
      { n: 2, httpStatus: 400, outcome: 'failed', error: { code: 'grant_revoked' } },
    ]);
  });

  it('are abandoned where another worker took over, and hastened where somebody did not want to wait', () => {
    const takenOver = [happened(1, 'running', { attempt: 1 }), happened(30, 'running', { attempt: 2 })];
    expect(attemptsOf(takenOver, [])).toMatchObject([
      { outcome: 'abandoned', endedAt: null },
      { outcome: 'running' },
    ]);
    const hastened = [
      happened(1, 'running', { attempt: 1 }),
      happened(2, 'queued', { attempt: 1, delaySeconds: 60, error: away }),
      happened(3, 'queued', { attempt: 1, hastened: true, error: away }),
    ];
    expect(attemptsOf(hastened, [])).toMatchObject([
      { outcome: 'retrying', endedAt: at(2), error: away, nextAttemptAt: at(3) },
    ]);
  });

  it('are none where it ended before it ran', () => {
    expect(attemptsOf([happened(0, 'queued'), happened(1, 'cancelled')], [])).toEqual([]);
  });
});
