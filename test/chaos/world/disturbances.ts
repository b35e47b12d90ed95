import type { Disturbance } from '../history.ts';

/** What was done to the deployment, and when. */
export interface Disturbances {
  readonly all: readonly Disturbance[];
  /** Something that happens in a moment. */
  add(disturbance: Omit<Disturbance, 'from' | 'to'>): void;
  /** Something that lasts as long as the work. */
  during(disturbance: Omit<Disturbance, 'from' | 'to'>, work: () => Promise<void>): Promise<void>;
}

export function openDisturbances(): Disturbances {
  const all: Disturbance[] = [];
  return {
    all,
    add: (disturbance) => void all.push({ ...disturbance, from: Date.now(), to: Date.now() }),
    async during(disturbance, work) {
      const from = Date.now();
      try {
        await work();
      } finally {
        all.push({ ...disturbance, from, to: Date.now() });
      }
    },
  };
}
