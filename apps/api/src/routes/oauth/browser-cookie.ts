import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Vault } from '@latchkey/core/vault';
import { constantTimeEqual } from '@latchkey/core/vault';
import { ownCookie } from '../../plugins/own-cookie.ts';

const lifeSeconds = 600;

/**
 * The cookie that binds an authorization to the browser that went to the provider for it. The start pages and the
 * connect page use it.
 */
const cookieFor = (publicUrl: string) => ownCookie(publicUrl, 'latchkey_browser');

function signature(vault: Vault, value: string): string {
  return vault.lookupHash('browser_cookie', value).toString('base64url');
}

/** The value, or null when there is none or its signature is not ours. */
export function readBrowserCookie({ cookies, server }: FastifyRequest): string | null {
  const { settings, vault } = server.runtime;
  const [value, given, ...rest] = (cookies[cookieFor(settings.publicUrl).name] ?? '').split('.');
  if (!value || !given || rest.length > 0) return null;
  return constantTimeEqual(Buffer.from(signature(vault, value)), Buffer.from(given)) ? value : null;
}

export function setBrowserCookie(reply: FastifyReply, value: string): void {
  const { settings, vault } = reply.server.runtime;
  const { name, options } = cookieFor(settings.publicUrl);
  void reply.setCookie(name, `${value}.${signature(vault, value)}`, { ...options, maxAge: lifeSeconds });
}
