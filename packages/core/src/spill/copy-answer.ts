import type { Context } from '../context.ts';
import type { SpillRecord } from './spill-record.ts';

/** The copy in the spill folder of an answer that the database has not taken yet. */
export interface AnswerCopy {
  /** Makes it once, however often it is asked for. @returns whether it is durable */
  make(): Promise<boolean>;
  /** The database has the answer. */
  discard(): Promise<void>;
  /** The database has it not, and its writer gives up. */
  handOver(): Promise<void>;
}

/** @param record of the answer; null when it cannot be copied. What it throws is tried again with the next `make` */
export function copyAnswer(
  ctx: Pick<Context, 'spill' | 'log' | 'meters' | 'crashPoint'>,
  record: (() => SpillRecord | Promise<SpillRecord>) | null,
): AnswerCopy {
  let making: Promise<SpillRecord | null> | null = null;
  const write = async (get: () => SpillRecord | Promise<SpillRecord>) => {
    try {
      const answer = await get();
      const result = await ctx.spill.write(answer);
      ctx.meters.spilled(result);
      if (result !== 'written') return null;
      ctx.crashPoint('spilled');
      return answer;
    } catch (error) {
      ctx.log.error({ err: error }, 'a token answer could not be sealed for the spill folder');
      return null;
    }
  };
  return {
    async make() {
      if (record === null) return false;
      making ??= write(record);
      const made = (await making) !== null;
      if (!made) making = null;
      return made;
    },
    async discard() {
      const made = await making;
      if (made !== null) await ctx.spill.remove(made.attemptId);
    },
    async handOver() {
      const made = await making;
      if (made !== null) ctx.spill.handOver(made.attemptId);
    },
  };
}
