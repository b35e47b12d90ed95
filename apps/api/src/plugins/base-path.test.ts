import { describe, expect, test } from 'vitest';
import { buildApp } from '../app.ts';
import { readApiSettings } from '../env.ts';
import { offlineRuntime } from '../offline-runtime.ts';
import { withoutBasePath } from './base-path.ts';
import { ownCookie } from './own-cookie.ts';

describe('the path that a proxy may leave on', () => {
  test.each([
    ['/tools/latchkey', '/'],
    ['/tools/latchkey/', '/'],
    ['/tools/latchkey?x=1', '/?x=1'],
    ['/tools/latchkey/v1/credentials?x=/tools/latchkey', '/v1/credentials?x=/tools/latchkey'],
    ['/tools/latchkey/tools/latchkey/v1', '/tools/latchkey/v1'],
    ['/v1/credentials', '/v1/credentials'],
    ['/tools/latchkeys/v1', '/tools/latchkeys/v1'],
    ['/tools/latchkey.v1', '/tools/latchkey.v1'],
    ['/Tools/latchkey/v1', '/Tools/latchkey/v1'],
    ['/x/tools/latchkey/v1', '/x/tools/latchkey/v1'],
    ['/tools', '/tools'],
    ['*', '*'],
  ])('%s is %s to the routes', (asked, known) => {
    expect(withoutBasePath(asked, '/tools/latchkey')).toBe(known);
  });

  test.each(['/', '/v1/credentials?x=1', '*'])('without one, %s stays as it is', (url) => {
    expect(withoutBasePath(url, '')).toBe(url);
  });

  test.each([
    'https://example.org/v1',
    'https://example.org/docs/latchkey',
    'https://example.org/credentials',
  ])('%s stops the boot: nobody could tell what the proxy has taken off', async (publicUrl) => {
    const building = buildApp({ runtime: offlineRuntime(publicUrl), apiSettings: readApiSettings({}) });
    await expect(building).rejects.toMatchObject({ lines: [expect.stringMatching(/^PUBLIC_URL: its path/)] });
  });
});

describe('the cookies of two deployments', () => {
  const { name, options } = ownCookie('https://example.org/tools/latchkey', 'latchkey_session');

  test('have names of their own on one origin, and keep what the prefix demands on https', () => {
    expect(name).toBe('__Host-latchkey_session~tools~latchkey');
    expect(options).toEqual({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' });
    expect(ownCookie('https://example.org/tools/other', 'latchkey_session').name).not.toBe(name);
    expect(ownCookie('https://example.org', 'latchkey_session').name).toBe('__Host-latchkey_session');
  });

  test('are sent under the path alone on http', () => {
    const plain = ownCookie('http://localhost:3000/tools/latchkey', 'latchkey_session');
    expect(plain.name).toBe('latchkey_session~tools~latchkey');
    expect(plain.options).toMatchObject({ secure: false, path: '/tools/latchkey' });
    expect(ownCookie('http://localhost:3000', 'latchkey_session').options.path).toBe('/');
  });
});
