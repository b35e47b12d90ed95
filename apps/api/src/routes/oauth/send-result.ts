import type { FastifyReply, FastifyRequest } from 'fastify';
import { resultPage, type FollowedAuthorization } from '../../pages/result-page.ts';
import { sendPage } from './page-errors.ts';

export function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  authorization: FollowedAuthorization,
): FastifyReply {
  const { catalogue, settings } = request.server.runtime;
  return sendPage(
    reply,
    resultPage({
      authorization,
      providerLabel: catalogue.get(authorization.provider)?.label ?? authorization.provider,
      publicOrigin: settings.publicUrl,
      requestId: request.id,
      nonce: request.nonce,
    }),
  );
}
