import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure, type Problem } from '@latchkey/core/errors.ts';
import { errorPage } from '../../pages/error-page.ts';
import { prepareProblem } from '../../plugins/problem-json.ts';

function pageProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): Problem | Failure {
  if (!(error instanceof Failure)) return prepareProblem(error, request, reply);
  reply.code(409);
  return error;
}

/** For routes that people open: errors are pages, with the same statuses and codes as everywhere. */
export function sendErrorPage(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  void sendPage(reply, errorPage(pageProblem(error, request, reply), request.id, request.frame));
}

export function sendPage(reply: FastifyReply, body: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(body);
}
