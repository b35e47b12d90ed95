import type { FastifyRequest } from 'fastify';
import { findSession, type FoundSession } from '@latchkey/core/sessions';
import { readSessionCookie } from '../../plugins/session-cookie.ts';

/** The console session of the browser that opens a public page, if it has one. */
export async function findPageSession(request: FastifyRequest): Promise<FoundSession | null> {
  const { orm, vault, settings } = request.server.runtime;
  const { sessionIdleMinutes: idleMinutes } = request.server.apiSettings;
  const value = readSessionCookie(request, settings.publicUrl.startsWith('https:'));
  return value === null ? null : findSession({ em: orm.em.fork(), vault }, { value, idleMinutes });
}

export async function findSessionId(request: FastifyRequest): Promise<string | null> {
  return (await findPageSession(request))?.actor.id ?? null;
}
