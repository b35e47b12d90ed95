import type { World } from '../world/world.ts';
import type { Strike } from './schedule.ts';

/** A way to break something, and to mend it after its time. */
export interface FaultKind {
  /** Shortest and longest, in milliseconds; 0 for what happens in a moment. */
  readonly duration: readonly [number, number];
  /** Left out: everywhere. */
  readonly transport?: 'redis';
  /** False: it could not be done, because something else is being done there. */
  strike(world: World, strike: Strike): Promise<boolean>;
}

export type FaultKinds = Readonly<Record<string, FaultKind>>;

/** @returns false at once when another fault is at work on the same thing */
export async function exclusively(
  { beingBroken }: World,
  thing: 'redis' | 'postgres',
  work: () => Promise<void>,
): Promise<boolean> {
  if (beingBroken.has(thing)) return false;
  beingBroken.add(thing);
  try {
    await work();
  } finally {
    beingBroken.delete(thing);
  }
  return true;
}
