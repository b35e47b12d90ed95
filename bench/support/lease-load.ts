import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../../test/support/client.ts';

/** What a load of leases measured. */
export interface LeaseLoad {
  readonly ms: number[];
  seconds: number;
  refused: number;
}

export function emptyLoad(): LeaseLoad {
  return { ms: [], seconds: 0, refused: 0 };
}

async function leaseOnce(client: Client, into: LeaseLoad, from: number): Promise<void> {
  const { status } = await client.post('/v1/leases', { provider: 'sandbox' });
  into.ms.push(performance.now() - from);
  if (status !== 200) into.refused += 1;
}

/** So many callers, each with the next lease as soon as it has one: how many there can be in a second. */
export async function leaseAsFastAsPossible(
  client: Client,
  { callers, seconds }: { callers: number; seconds: number },
  into: LeaseLoad,
): Promise<void> {
  const begun = performance.now();
  const over = begun + seconds * 1000;
  const call = async () => {
    while (performance.now() < over) await leaseOnce(client, into, performance.now());
  };
  await Promise.all(Array.from({ length: callers }, call));
  into.seconds += (performance.now() - begun) / 1000;
}

/** A lease every so often, whether or not the ones before are answered: what a caller notices. Counted from when it was due. */
export async function leaseSteadily(
  client: Client,
  { perSecond, seconds }: { perSecond: number; seconds: number },
  into: LeaseLoad,
): Promise<void> {
  const begun = performance.now();
  const under: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const due = begun + (n * 1000) / perSecond;
    if (due > performance.now()) await wait(due - performance.now());
    under.push(leaseOnce(client, into, due));
  }
  await Promise.all(under);
  into.seconds += (performance.now() - begun) / 1000;
}
