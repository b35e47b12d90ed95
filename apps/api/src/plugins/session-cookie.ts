import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '@latchkey/core/secret.ts';
import { sessionHours } from '@latchkey/core/sessions';

/** `__Host-` keeps sibling domains from planting one; browsers accept the prefix on https only. */
function cookieName(https: boolean): string {
  return https ? '__Host-latchkey_session' : 'latchkey_session';
}

export function readSessionCookie(request: FastifyRequest, https: boolean): string | null {
  return request.cookies[cookieName(https)] ?? null;
}

export function setSessionCookie(reply: FastifyReply, https: boolean, value: Secret): void {
  void reply.setCookie(cookieName(https), value.reveal(), {
    httpOnly: true,
    sameSite: 'lax',
    secure: https,
    path: '/',
    maxAge: sessionHours * 3600,
  });
}

export function clearSessionCookie(reply: FastifyReply, https: boolean): void {
  void reply.clearCookie(cookieName(https), { httpOnly: true, sameSite: 'lax', secure: https, path: '/' });
}
