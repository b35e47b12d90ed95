import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Secret } from '@latchkey/core/secret.ts';
import { sessionHours } from '@latchkey/core/sessions';
import { ownCookie } from './own-cookie.ts';

const cookieFor = (publicUrl: string) => ownCookie(publicUrl, 'latchkey_session');

export function readSessionCookie(request: FastifyRequest, publicUrl: string): string | null {
  return request.cookies[cookieFor(publicUrl).name] ?? null;
}

export function setSessionCookie(reply: FastifyReply, publicUrl: string, value: Secret): void {
  const { name, options } = cookieFor(publicUrl);
  void reply.setCookie(name, value.reveal(), { ...options, maxAge: sessionHours * 3600 });
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  const { name, options } = cookieFor(publicUrl);
  void reply.clearCookie(name, options);
}
