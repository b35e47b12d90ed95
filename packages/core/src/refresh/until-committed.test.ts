import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { openSpill, type Spill } from '../spill/index.ts';
import { VaultError } from '../vault/index.ts';
import { patienceSeconds, untilCommitted } from './until-committed.ts';
import { spillRecordOf } from '../testing/spill-record.ts';

const record = spillRecordOf();

const withCode = (code: string) => Object.assign(new Error('refused'), { code });

let dataDir: string;
let spill: Spill;
let ctx: Context;
const crashPoint = vi.fn();
const spilled = vi.fn();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'lk-commit-'));
  const log = { error: vi.fn() };
  spill = openSpill(dataDir, log);
  ctx = { spill, log, crashPoint, meters: { spilled } } as unknown as Context;
  crashPoint.mockReset();
  spilled.mockReset();
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A clock that moves by so much per call of what is returned, and not else. */
function standStill(secondsPerCall: number) {
  let passed = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => passed * 1000);
  return () => {
    passed += secondsPerCall;
  };
}

describe('untilCommitted', () => {
  it('writes nothing when the database takes the answer', async () => {
    expect(
      await untilCommitted(
        ctx,
        async () => 'stored',
        () => record,
      ),
    ).toBe('stored');
    expect(await spill.list()).toEqual([]);
    expect(crashPoint).not.toHaveBeenCalled();
  });

  it('has a durable copy after the first failure, and none once it is stored', async () => {
    const copies: number[] = [];
    let tries = 0;
    const stored = await untilCommitted(
      ctx,
      async () => {
        copies.push((await spill.list()).length);
        tries += 1;
        if (tries < 3) throw withCode('57P01');
        return 'stored';
      },
      () => record,
    );
    expect(stored).toBe('stored');
    expect(copies).toEqual([0, 1, 1]);
    expect(crashPoint.mock.calls).toEqual([['spilled']]);
    expect(await spill.list()).toEqual([]);
  });

  it('has a durable copy while a commit hangs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { promise, resolve } = Promise.withResolvers<string>();
      const stored = untilCommitted(
        ctx,
        () => promise,
        () => record,
      );
      vi.advanceTimersByTime(5_000);
      await vi.waitFor(async () => expect(await spill.list()).toEqual([record.attemptId]), {
        timeout: 10_000,
      });
      resolve('stored');
      expect(await stored).toBe('stored');
      expect(await spill.list()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves the answer to the file once patience is over', async () => {
    const pass = standStill(patienceSeconds / 2 + 1);
    const commit = async () => {
      pass();
      throw withCode('57P03');
    };
    expect(await untilCommitted(ctx, commit, () => record)).toBe('spilled');
    expect(await spill.list()).toEqual([record.attemptId]);
    expect(spill.isBeingStored(record.attemptId)).toBe(false);
  });

  it.each(['57P01', '55000', '57014', '25006', 'ECONNREFUSED'])(
    'goes on without end when it cannot write a file and the database says %s',
    async (code) => {
      writeFileSync(spill.folder, 'in the way');
      const pass = standStill(patienceSeconds * 10);
      let tries = 0;
      const commit = async () => {
        pass();
        tries += 1;
        if (tries < 4) throw withCode(code);
        return tries;
      };
      expect(await untilCommitted(ctx, commit, () => record)).toBe(4);
      expect(crashPoint).not.toHaveBeenCalled();
    },
  );

  it('goes on without end while the key service is away: what has come cannot be sealed yet, and is nowhere else', async () => {
    const pass = standStill(patienceSeconds * 10);
    let tries = 0;
    const seal = async () => {
      pass();
      tries += 1;
      if (tries < 4) throw new VaultError('key_service_unavailable');
      return tries;
    };
    expect(await untilCommitted(ctx, seal)).toBe(4);
  });

  it('writes the file later when it could not at first', async () => {
    writeFileSync(spill.folder, 'in the way');
    const pass = standStill(patienceSeconds);
    let tries = 0;
    const commit = async () => {
      pass();
      tries += 1;
      if (tries === 3) rmSync(spill.folder);
      throw withCode('57P01');
    };
    expect(await untilCommitted(ctx, commit, () => record)).toBe('spilled');
    expect(tries).toBe(3);
    expect(await spill.list()).toEqual([record.attemptId]);
  });

  it.each([withCode('23514'), withCode('22P02'), new TypeError('a mistake')])(
    'does not hold a worker for ever by what no waiting mends (%#)',
    async (error) => {
      const pass = standStill(patienceSeconds / 2);
      const commit = async () => {
        pass();
        throw error;
      };
      await expect(untilCommitted(ctx, commit)).rejects.toBe(error);
    },
  );

  it('passes a decision on at once', async () => {
    const decision = new Failure('grant_revoked');
    const commit = vi.fn(() => Promise.reject(decision));
    await expect(untilCommitted(ctx, commit, () => record)).rejects.toBe(decision);
    expect(commit).toHaveBeenCalledTimes(1);
  });
});
