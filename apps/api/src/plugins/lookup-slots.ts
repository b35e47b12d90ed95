interface LookupSlots {
  /** Waits for its turn. @returns what ends it; null when too many wait already */
  enter(): Promise<(() => void) | null>;
}

interface LookupSlotsOptions {
  /** A part of the pool: the rest is for those who are known. */
  readonly most?: number;
  readonly mostWaiting?: number;
}

/** So many look-ups of secrets that nobody knows at once, whoever sends them: together they cannot fill the pool. */
export function createLookupSlots({ most = 2, mostWaiting = 500 }: LookupSlotsOptions = {}): LookupSlots {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) taken -= 1;
    else next();
  };
  return {
    async enter() {
      if (taken < most) {
        taken += 1;
        return leave;
      }
      if (waiting.length >= mostWaiting) return null;
      const turn = Promise.withResolvers<void>();
      waiting.push(turn.resolve);
      await turn.promise;
      return leave;
    },
  };
}
