import { timingSafeEqual } from 'node:crypto';

/** Compares tokens, states and signatures without telling by its duration how much of them was right. */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
