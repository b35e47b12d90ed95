import { publicPath } from '@latchkey/core/public-url.ts';

/**
 * How a cookie of ours is called and kept. On https its prefix keeps sibling domains from planting one, and demands the
 * path `/`. Two deployments under two paths of one origin would then replace each other's, so their names differ.
 */
export function ownCookie(publicUrl: string, name: string) {
  const path = publicPath(publicUrl);
  const secure = publicUrl.startsWith('https:');
  const named = name + path.replaceAll('/', '~');
  return {
    name: secure ? `__Host-${named}` : named,
    options: { httpOnly: true, sameSite: 'lax', secure, path: secure || path === '' ? '/' : path },
  } as const;
}
