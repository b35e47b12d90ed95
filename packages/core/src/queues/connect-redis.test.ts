import { expect, it } from 'vitest';
import { nodeOptions } from './connect-redis.ts';

it('reads user, password, database and TLS from a Redis URL', () => {
  expect(nodeOptions('rediss://me:p%40ss@[::1]:6380/3')).toMatchObject({
    host: '::1',
    port: 6380,
    username: 'me',
    password: 'p@ss',
    db: 3,
    tls: {},
  });
});

it('adds nothing that a URL does not say', () => {
  const options = nodeOptions('redis://cache');
  expect(options).toMatchObject({ host: 'cache', port: 6379 });
  expect(Object.keys(options)).not.toEqual(expect.arrayContaining(['password']));
  expect(options.tls).toBeUndefined();
});
