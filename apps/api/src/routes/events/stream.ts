import { Readable } from 'node:stream';
import { latestSequence, listEvents } from '@latchkey/core/events';
import { Problem } from '@latchkey/core/errors.ts';
import { z } from 'zod';
import type { Route } from '../../api.ts';
import { waitSignal } from '../../plugins/lifecycle.ts';
import { identifier, orProblem, sequence } from '../schemas.ts';
import { eventStream } from './event-stream.ts';

/** The header wins: a browser that reconnects sends it, and the query is what the page began with. */
export function resumeAfter(header: string | string[] | undefined, query: string | undefined): string | null {
  const given = header === undefined || header === '' ? query : header;
  if (given === undefined || given === '') return null;
  if (typeof given === 'string' && sequence.test(given)) return given;
  throw new Problem('validation_failed', {
    errors: [{ path: 'Last-Event-ID', message: 'must be a sequence of digits' }],
  });
}

export const streamEventsRoute: Route = (api) => {
  api.get(
    '/v1/events/stream',
    {
      schema: {
        operationId: 'streamEvents',
        summary: 'Follow events live (server-sent events)',
        description:
          'Resumes after `Last-Event-ID`, header or query, without a gap; begins with what comes next. The numbers of events about what is private to somebody else are skipped.',
        tags: ['events'],
        querystring: z.object({
          lastEventId: z.string().optional(),
          workspace: identifier
            .optional()
            .describe('As `X-Workspace`, for browsers, whose EventSource sends no headers of its own.'),
        }),
        response: {
          200: { description: 'Events', content: { 'text/event-stream': { schema: z.any() } } },
          ...orProblem,
        },
      },
      config: { permission: 'event:read', audit: null, limit: 'stream', workspaceInQuery: true },
      exposeHeadRoute: false,
    },
    async (request, reply) => {
      const { ctx } = request;
      const given = resumeAfter(request.headers['last-event-id'], request.query.lastEventId);
      const stream = eventStream({
        workspaceId: ctx.workspaceId,
        after: given ?? (await latestSequence(ctx)),
        bus: ctx.bus,
        read: async (after, limit) => {
          // Asked first: what is numbered meanwhile lies beyond it.
          const through = await latestSequence(ctx);
          return { through, events: (await listEvents(ctx, { after, limit })).items };
        },
        stillAllowed: () => api.authentication.stillValid(request),
        signal: waitSignal(reply),
      });
      return reply
        .type('text/event-stream; charset=utf-8')
        .header('cache-control', 'no-store, no-transform')
        .header('x-accel-buffering', 'no')
        .send(Readable.from(stream, { objectMode: true, highWaterMark: 1 }));
    },
  );
};
