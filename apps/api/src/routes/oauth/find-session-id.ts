import type { FastifyRequest } from 'fastify';
import type { FoundSession } from '@latchkey/core/sessions';

/** The console session of the browser that opens a public page, if it has one. @throws Problem `too_many_requests` */
export async function findPageSession(request: FastifyRequest): Promise<FoundSession | null> {
  return request.server.authentication.findSession(request);
}

export async function findSessionId(request: FastifyRequest): Promise<string | null> {
  return (await findPageSession(request))?.actor.id ?? null;
}
