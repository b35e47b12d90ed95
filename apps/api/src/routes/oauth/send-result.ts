import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicOrigin } from '@latchkey/core/public-url.ts';
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
      publicOrigin: publicOrigin(settings.publicUrl),
      requestId: request.id,
      frame: request.frame,
    }),
  );
}
