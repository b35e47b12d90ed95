import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyHomes, openRing, serviceHomes } from '../../testing/key-homes.ts';

// Side by side: both wait for the time limit of a request.
it.concurrent.each(serviceHomes)(
  'a request that %s does not answer is given up and repeated, within the deadline',
  { timeout: 20_000 },
  async (kind) => {
    const home = await keyHomes[kind]();
    Object.assign(process.env, home.env);
    const keys = await openRing(home, `main:${home.newKey()}`);
    const clear = randomBytes(32);
    const wrapped = await keys.wrap('main', Buffer.from('place'), clear);
    home.server?.forget();
    home.server?.spoil('hang', 1);
    expect(await keys.unwrap('main', Buffer.from('place'), wrapped)).toEqual(clear);
    expect(home.server?.calls()).toBe(2);
    await home.close();
  },
);
